"""From the rule book's codes to sentences for people. One place, so that page and API say the same words."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.core.errors import BusinessError
from malha.domain.errors import RuleError

SENTENCES = {
    "amount_negative": gettext_lazy("The amount cannot be negative. Use the discount field to deduct."),
    "discount_negative": gettext_lazy("Type the discount as a positive amount, or leave it empty."),
    "surcharge_negative": gettext_lazy("Type the surcharge as a positive amount, or leave it empty."),
    "money_empty": gettext_lazy("Type an amount, for example 119,90."),
    "money_invalid": gettext_lazy("Type an amount like 1.234,56."),
    "money_too_large": gettext_lazy("This amount is too large. Check the decimal comma."),
    "block_not_after_pending": gettext_lazy("The block must come after the notice: use more than %(pending)s days."),
    "days_to_pending_out_of_range": gettext_lazy("Use from %(min)s to %(max)s days, or leave it empty for the standard."),
    "days_to_block_out_of_range": gettext_lazy("Use from %(min)s to %(max)s days, or leave it empty for the standard."),
    "notice_below_legal_floor": gettext_lazy("The law asks for at least %(floor)s days between the notice and the block."),
    "due_day_out_of_range": gettext_lazy("Choose a day from 1 to 31."),
    "cep_shape": gettext_lazy("A CEP has 8 digits. Check it or leave it empty."),
    "cpf_shape": gettext_lazy("A CPF has 11 digits. Check what is missing."),
    "cpf_repeated": gettext_lazy("This CPF repeats one digit and does not exist. Ask for the right number."),
    "cpf_check_digit": gettext_lazy("This CPF is not valid: the check digits do not match. Check the typing."),
    "cnpj_shape": gettext_lazy("A CNPJ has 14 characters. Check what is missing."),
    "cnpj_repeated": gettext_lazy("This CNPJ repeats one digit and does not exist. Ask for the right number."),
    "cnpj_check_digit": gettext_lazy("This CNPJ is not valid: the check digits do not match. Check the typing."),
    "document_shape": gettext_lazy("Type a CPF with 11 digits or a CNPJ with 14 characters."),
    "ip_invalid": gettext_lazy("This is not an IP address. Example: 100.64.8.21."),
    "ipv4_invalid": gettext_lazy("This is not an IPv4 address. Example: 100.64.8.21."),
    "ipv6_invalid": gettext_lazy("This is not an IPv6 address. Example: 2001:db8::1."),
    "prefix_invalid": gettext_lazy("This is not an IPv6 prefix. Example: 2001:db8:12::/48."),
    "prefix_host_bits": gettext_lazy("The prefix must end at its length. Did you mean %(network)s?"),
    "mac_invalid": gettext_lazy("A MAC has 12 hexadecimal digits. Example: 00:00:5E:00:53:2A."),
    "login_empty": gettext_lazy("Type a login, for example rosa.duarte."),
    "login_characters": gettext_lazy("Use only letters, digits, dot, hyphen, underscore and @ in the login."),
    "login_too_long": gettext_lazy("Use at most %(limit)s characters in the login."),
    "password_empty": gettext_lazy("Type a password or generate one."),
    "password_blank_ends": gettext_lazy("The password cannot begin or end with a space."),
    "password_characters": gettext_lazy("Use only letters without accents, digits and common signs in the password."),
    "password_too_long": gettext_lazy("Use at most %(limit)s characters in the password."),
    "password_too_short": gettext_lazy("Use at least %(limit)s characters in the password."),
    "fine_above_cap": gettext_lazy("The law limits the late fine to 2%%."),
    "interest_above_cap": gettext_lazy("The law limits the late interest to 1%% a month."),
    "minimum_term_out_of_range": gettext_lazy("The minimum term goes from 1 to 12 months. Leave it empty when there is none."),
    "phone_empty": gettext_lazy("Type the phone with the area code, for example (35) 98800-0204."),
    "phone_characters": gettext_lazy("Use only digits in the phone, for example (35) 98800-0204."),
    "phone_ddd": gettext_lazy("The area code %(ddd)s does not exist. Check the first two digits."),
    "phone_length": gettext_lazy("A phone has 10 or 11 digits with the area code. Check what is missing."),
    "phone_mobile_nine": gettext_lazy("A mobile number begins with 9 after the area code. Add the missing 9."),
    "phone_without_ddd": gettext_lazy("Put the area code before the number, for example (35) 98800-0204."),
    "placeholder_unknown": gettext_lazy("Remove or correct the unknown fields: %(names)s."),
    "host_invalid": gettext_lazy("Type an IP address or a name, without http:// and without the port. Example: 10.0.0.1."),
    "router_name_invalid": gettext_lazy("Use only letters without accents, digits, dot, hyphen and underscore, at most 40."),
    "router_user_invalid": gettext_lazy("Use only letters without accents, digits and common signs, without spaces, at most 60."),
    "ranges_invalid": gettext_lazy("Type the ranges like 100.64.8.2-100.64.11.254, several with a comma between them."),
    "garden_invalid": gettext_lazy("“%(line)s” is neither an address nor a host name. One per line, without * and without http://."),
    "garden_too_long": gettext_lazy("Use at most %(limit)s addresses."),
    "uf_unknown": gettext_lazy("Choose the state from the list."),
    "colour_shape": gettext_lazy("Type the colour as # and six digits, for example #3446c6."),
    "colour_contrast": gettext_lazy(
        "White text cannot be read on this colour (contrast %(contrast)s, at least %(needed)s). Take a darker one."
    ),
}


def sentence(error: RuleError) -> str:
    """What to tell the person about a broken rule: what is wrong and what to do."""
    text = SENTENCES.get(error.code)
    if text is None:
        return _("This value is not accepted (%(code)s). Check it and try again.") % {"code": error.code}
    params = {name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value for name, value in error.params.items()}
    return str(text) % params


class Problems:
    """Collects everything that is wrong with an input, so that the person is told once.

    Field names are dotted paths into the input: `name`, `phones.0.number`, `accesses.1.username`.
    """

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def add(self, field: str, message: str) -> None:
        """Note a sentence about `field`; the first one about a field stays."""
        self.fields.setdefault(field, str(message))

    @contextmanager
    def of(self, field: str) -> Iterator[None]:
        """Run a rule; what it refuses is noted about `field`."""
        try:
            yield
        except RuleError as error:
            self.add(field, sentence(error))

    @contextmanager
    def under(self, prefix: str) -> Iterator[None]:
        """Run a part that raises its own BusinessError; its fields are noted under `prefix`."""
        try:
            yield
        except BusinessError as error:
            if not error.fields:
                self.add(prefix, error.message)
            for field, message in error.fields.items():
                self.add(f"{prefix}.{field}", message)

    def raise_if_any(self) -> None:
        """Raise BusinessError("invalid") with all sentences, if there are any."""
        if self.fields:
            raise BusinessError("invalid", _("Check the marked fields."), fields=self.fields)
