"""The customer's own data: who, where, how to reach them. What was agreed with them stands one room up, in contracts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from malha.core.models import Timestamped


class PersonType(models.TextChoices):
    """Tipo de pessoa (seed)."""

    INDIVIDUAL = "INDIVIDUAL", _("Individual")
    COMPANY = "COMPANY", _("Legal entity")


class IeStatus(models.TextChoices):
    """Standing towards the state tax, needed for fiscal documents."""

    UNKNOWN = "", _("Not informed")
    TAXPAYER = "TAXPAYER", _("Taxpayer")
    EXEMPT = "EXEMPT", _("Exempt")
    NON_TAXPAYER = "NON_TAXPAYER", _("Non-taxpayer")


class Zone(models.TextChoices):
    """Urban or rural, as the monthly access file asks (regulation.md §4)."""

    URBAN = "URBAN", _("Urban")
    RURAL = "RURAL", _("Rural")


class CustomerGroup(models.Model):
    """Grupo de clientes; staff may be limited to groups."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VisibleGroup(models.Model):
    """A group that a member of staff may see; somebody without any sees all customers (domain.md §15).

    Stands here and not with the user, because staff is a floor below. A group that limits somebody cannot be deleted: the last one
    taken away in silence would show them everybody.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(CustomerGroup, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="visible_group_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.group_id}"


class Address(models.Model):
    """A postal address in Brazil. Used by the customer, and by a contract or an access that stands elsewhere."""

    cep = models.CharField("CEP", max_length=8, blank=True, default="")
    street = models.CharField(_("street"), max_length=150, blank=True, default="")
    number = models.CharField(_("number"), max_length=20, blank=True, default="")
    complement = models.CharField(_("complement"), max_length=80, blank=True, default="")
    district = models.CharField(_("district"), max_length=80, blank=True, default="")
    city = models.CharField(_("city"), max_length=80, blank=True, default="")
    uf = models.CharField("UF", max_length=2, blank=True, default="")
    ibge_code = models.CharField(_("IBGE code"), max_length=7, blank=True, default="")
    reference = models.CharField(_("point of reference"), max_length=150, blank=True, default="")
    condo = models.CharField(_("condominium"), max_length=80, blank=True, default="")
    block = models.CharField(_("block"), max_length=20, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    zone = models.CharField(_("zone"), max_length=5, choices=Zone, default=Zone.URBAN)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lng = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["district"], name="address_district")]

    def __str__(self) -> str:
        first = ", ".join(part for part in (self.street, self.number, self.complement) if part)
        return " · ".join(part for part in (first, self.district, f"{self.city}/{self.uf}" if self.city else "") if part)


class Customer(Timestamped):
    """Cliente. Never deleted: a customer who left is archived, with everything that happened.

    `search_name` is the name and trade name without accents in lower case; `main_phone` is the digits of the first phone, kept
    beside it so that the list and the search need no join (both written only by `customers.services`).
    """

    number = models.PositiveBigIntegerField(_("customer number"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    trade_name = models.CharField(_("trade name"), max_length=150, blank=True, default="")
    search_name = models.CharField(max_length=310, editable=False)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    person_type = models.CharField(_("person type"), max_length=10, choices=PersonType, default=PersonType.INDIVIDUAL)
    cpf_cnpj = models.CharField("CPF/CNPJ", max_length=14, blank=True, default="")
    rg_ie = models.CharField(_("RG or state registration"), max_length=20, blank=True, default="")
    rg_issuer = models.CharField(_("RG issuer"), max_length=20, blank=True, default="")
    ie_status = models.CharField(_("state registration status"), max_length=12, choices=IeStatus, blank=True, default=IeStatus.UNKNOWN)
    im = models.CharField(_("municipal registration"), max_length=20, blank=True, default="")
    birth_date = models.DateField(_("date of birth or opening"), null=True, blank=True)
    main_phone = models.CharField(max_length=16, blank=True, default="", editable=False)
    address = models.OneToOneField(Address, on_delete=models.PROTECT, related_name="customer")
    billing_address = models.OneToOneField(Address, on_delete=models.PROTECT, null=True, blank=True, related_name="billed_customer")
    group = models.ForeignKey(CustomerGroup, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("group"))
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("salesperson")
    )
    source = models.CharField(_("how they found us"), max_length=60, blank=True, default="")
    notes = models.TextField(_("notes"), blank=True, default="")
    opening_alert = models.CharField(_("opening alert"), max_length=300, blank=True, default="")
    tags = models.JSONField(_("tags"), default=list, blank=True)
    wants_email = models.BooleanField(_("receives e-mail"), default=True)
    wants_sms = models.BooleanField(_("receives SMS"), default=True)
    wants_whatsapp = models.BooleanField(_("receives WhatsApp"), default=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
            models.CheckConstraint(condition=Q(number__gt=0), name="customer_number_positive"),
        ]
        indexes = [
            models.Index(fields=["search_name", "id"], condition=Q(archived_at__isnull=True), name="customer_list"),
            models.Index(fields=["cpf_cnpj"], name="customer_cpf_cnpj"),
            models.Index(fields=["email"], name="customer_email"),
            models.Index(fields=["main_phone"], name="customer_main_phone"),
            models.Index(fields=["updated_at", "id"], name="customer_updated"),
            models.Index(fields=["created_at"], name="customer_created"),
            models.Index(fields=["archived_at"], condition=Q(archived_at__isnull=False), name="customer_archived"),
        ]
        ordering = ["search_name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_company(self) -> bool:
        """A legal entity, whose three document fields carry other labels."""
        return self.person_type == PersonType.COMPANY


class Contact(models.Model):
    """A phone of the customer in E.164 (`+5535988000204`). Exactly one is the main one when there is any."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    number = models.CharField(_("phone"), max_length=16)
    owner = models.CharField(_("whose it is"), max_length=60, blank=True, default="")
    is_main = models.BooleanField(_("main"), default=False)
    has_whatsapp = models.BooleanField(_("has WhatsApp"), default=True)
    wants_messages = models.BooleanField(_("receives messages"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer"], condition=Q(is_main=True), name="contact_one_main")]
        indexes = [models.Index(fields=["number"], name="contact_number")]
        ordering = ["-is_main", "id"]

    def __str__(self) -> str:
        return self.number


class Attachment(models.Model):
    """A file about the customer. Removing one hides it and keeps the record; each view is logged."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("name"), max_length=150)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m/")
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.name


class Note(models.Model):
    """An annotation on the customer page; one of them may be pinned."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="annotations")
    text = models.TextField(_("text"))
    is_pinned = models.BooleanField(_("pinned"), default=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-is_pinned", "-written_at"]

    def __str__(self) -> str:
        return self.text[:60]


class Submission(models.Model):
    """A sign-up that was sent under a token: the second of two clicks finds the first one's customer instead of making another."""

    token = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()
