"""Things that go wrong on purpose, at start or at run time (README.md lists them)."""

from dataclasses import dataclass, fields

WRITE_VERBS = (b"add", b"set", b"remove", b"unset", b"move", b"enable", b"disable", b"comment", b"make-static")
TIMED_OUT = "action timed out - try again, if error continues contact MikroTik support and send a supout file (13)"


@dataclass
class Faults:
    """The faults now in force. Zero, empty or negative means off (for the *_after ones: -1 is off, 0 is at once).

    Commands are counted on the whole router since the fault was set (hang: on each connection); the login is not counted.
    `only` narrows drop, hang and trap to "reads", "writes" or commands that begin with a path. `missing_menus` and
    `unknown_properties` are comma lists: what a router of another version, or without a package, does not know.
    """

    latency_ms: float = 0
    command_ms: float = 0
    drop_after: int = -1
    drop_mode: str = "before"
    drop_times: int = 1
    drop_reset: bool = False
    truncate_after: int = -1
    truncate_times: int = 1
    hang_after: int = -1
    trap_every: int = 0
    trap_message: str = TIMED_OUT
    only: str = ""
    refuse_login: bool = False
    closed_port: bool = False
    max_sessions: int = 20
    no_sensitive: bool = False
    missing_menus: str = ""
    unknown_properties: str = ""

    def __post_init__(self) -> None:
        self.epoch = 0
        self.rearm()

    def rearm(self) -> None:
        """Start counting again; called whenever a fault is changed."""
        self.drops_left = self.drop_times if self.drop_after >= 0 else 0
        self.truncations_left = self.truncate_times if self.truncate_after >= 0 else 0
        self.epoch += 1
        self.seen = 0
        self.seen_for_trap = 0
        self._only = self.only.encode()
        self.slow = self.latency_ms > 0 or self.command_ms > 0
        self.watching = self.drop_after >= 0 or self.hang_after >= 0 or self.trap_every > 0

    def change(self, given: dict[str, object]) -> None:
        """Set some faults by name. Raises ValueError for one that does not exist."""
        known = {field.name: field.type for field in fields(self)}
        for name, value in given.items():
            if name not in known:
                raise ValueError(f"no such fault: {name}")
            setattr(self, name, type(getattr(self, name))(value))
        if self.drop_mode not in ("before", "after"):
            raise ValueError("drop_mode is before or after")
        self.rearm()

    def clear(self) -> None:
        """Everything works again."""
        self.change({field.name: field.default for field in fields(self)})

    def as_dict(self) -> dict[str, object]:
        """The values in force."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def concerns(self, command: bytes) -> bool:
        """Whether `only` lets the fault touch this command."""
        if not self._only:
            return True
        is_write = command.rpartition(b"/")[2] in WRITE_VERBS
        if self._only == b"writes":
            return is_write
        if self._only == b"reads":
            return not is_write
        return command.startswith(self._only)

    def verdict(self, command: bytes, seen_here: int) -> str:
        """What happens to this command: "" (nothing), "drop-before", "drop-after", "hang" or "trap"."""
        if not self.concerns(command):
            return ""
        if self.hang_after >= 0 and seen_here >= self.hang_after:
            return "hang"
        if self.drops_left:
            self.seen += 1
            if self.seen > self.drop_after:
                self.seen = 0
                self.drops_left -= 1
                return f"drop-{self.drop_mode}"
        if self.trap_every:
            self.seen_for_trap += 1
            if self.seen_for_trap % self.trap_every == 0:
                return "trap"
        return ""
