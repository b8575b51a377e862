"""What went wrong at a bank, in words that say what to do."""

from django.utils.translation import gettext as _

from malha.gateways.base import GatewayFailure

SENTENCES = {
    "unreachable": lambda: _("The bank does not answer. Malha tries again by itself."),
    "timeout": lambda: _("The bank took too long to answer. Malha tries again by itself."),
    "rate_limited": lambda: _("The bank asked for a pause. Malha goes on by itself."),
    "unavailable": lambda: _("The bank is out of service. Malha tries again by itself."),
    "credentials_refused": lambda: _("The bank refused the credentials. Correct them in the gateway account."),
    "permission": lambda: _("The bank did not allow this call. Give the application the permission at the bank."),
    "certificate_invalid": lambda: _("The certificate is not valid. Send the right file in the gateway account."),
    "certificate_expired": lambda: _("The certificate has expired. Issue a new one at the bank and send it in the gateway account."),
    "settings_invalid": lambda: _("Something is missing in the gateway account. Fill in its form again."),
    "protocol": lambda: _("What answers at this address is not this bank. Check the gateway account."),
    "payer_document_invalid": lambda: _("The customer's CPF or CNPJ is invalid: the bank refused the registration."),
    "payer_name_invalid": lambda: _("The customer's name is not accepted: the bank refused the registration."),
    "payer_address_invalid": lambda: _("The customer's address is incomplete: the bank refused the registration."),
    "payer_cep_invalid": lambda: _("The customer's CEP is invalid: the bank refused the registration."),
    "payer_email_invalid": lambda: _("The customer's e-mail is invalid: the bank refused the registration."),
    "due_date_invalid": lambda: _("The bank does not accept this due date. Change the due date of the charge."),
    "amount_invalid": lambda: _("The bank does not accept this value. Change the value of the charge."),
    "discount_invalid": lambda: _("The bank does not accept this discount. Check the discount of the form of payment."),
    "duplicated": lambda: _("The bank already has a charge with this number. Try again to register it under a new one."),
    "not_found": lambda: _("The bank does not know this charge. Register it again."),
    "already_paid": lambda: _("The bank says it was paid already. The payment will come in by itself."),
    "refused": lambda: _("The bank refused the registration."),
    "unknown_status": lambda: _("The bank answered something Malha does not know. Nothing was changed."),
}


def sentence(code: str, words: str = "") -> str:
    """What happened and what to do, with the bank's own words behind it."""
    say = SENTENCES.get(code)
    if say is None:
        return words or code
    return f"{say()} ({words})" if words else str(say())


def of(failure: GatewayFailure) -> str:
    """The sentence of a failure."""
    return sentence(failure.code, failure.words)
