"""What happened to titles of bank files, waiting for the next retorno."""

from sandbox.bank.books import Bank, Charge, Doc

# Movement of C044 for what happened here. 17: paid after cancellation.
MOVEMENTS = {"registered": "02", "rejected": "03", "paid": "06", "cancelled": "09", "expired": "09", "paid_late": "17", "due": "14"}


def note(bank: Bank, charge: Charge, what: str, payment: Doc | None = None) -> None:
    """Keep one occurrence of a title for the file of its bank."""
    account = bank.account(charge.account)
    motive = (charge.reason or {}).get("code", "") if what == "rejected" else ""
    if payment is not None and payment["channel"] == "PIX":
        motive = "61"
    row = {
        "reference": charge.reference,
        "movement": MOVEMENTS[what],
        "motive": motive,
        "payment": payment,
        "day": bank.clock.today().isoformat(),
        "sent": False,
    }
    account.put("occurrence", f"{account.take('next_loc'):012d}", row)
