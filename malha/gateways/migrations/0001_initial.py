
import django.db.models.deletion
import malha.core.clock
import malha.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('billing', '0001_initial'),
        ('contracts', '0003_pauses_and_late_terms'),
        ('customers', '0004_visible_groups'),
    ]

    operations = [
        migrations.CreateModel(
            name='GatewayAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=malha.core.clock.now, editable=False, verbose_name='created at')),
                ('updated_at', models.DateTimeField(default=malha.core.clock.now, editable=False, verbose_name='updated at')),
                ('environment', models.CharField(choices=[('TEST', 'Test environment'), ('PRODUCTION', 'Production')], default='TEST', max_length=10, verbose_name='environment')),
                ('settings', malha.core.fields.EncryptedField(blank=True, default='', verbose_name='credentials')),
                ('beneficiary_name', models.CharField(blank=True, default='', max_length=150, verbose_name='beneficiary')),
                ('beneficiary_document', models.CharField(blank=True, default='', max_length=14, verbose_name='CPF/CNPJ of the beneficiary')),
                ('payment_place', models.CharField(blank=True, default='', max_length=120, verbose_name='place of payment')),
                ('instructions', models.TextField(blank=True, default='', verbose_name='instructions')),
                ('notes_lines', models.TextField(blank=True, default='', verbose_name='remarks')),
                ('accept_days_after_due', models.PositiveSmallIntegerField(default=90, verbose_name='days accepted after the due date')),
                ('write_off_days', models.PositiveSmallIntegerField(default=90, verbose_name='days until written off')),
                ('gateway_sends_mail', models.BooleanField(default=False, verbose_name='the gateway writes to the customer too')),
                ('pix_key', models.CharField(blank=True, default='', max_length=77, verbose_name='Pix key')),
                ('kind', models.CharField(default='BOLEPIX', max_length=7, verbose_name='what is registered')),
                ('print_layout', models.CharField(choices=[('A4', 'One a sheet'), ('CARNE', 'Booklet, three a sheet')], default='A4', max_length=5, verbose_name='print layout')),
                ('rate_per_second', models.PositiveSmallIntegerField(default=10, verbose_name='calls per second')),
                ('webhook_key', models.CharField(max_length=43, unique=True)),
                ('webhook_secret', malha.core.fields.EncryptedField(blank=True, default='')),
                ('certificate_expires_on', models.DateField(blank=True, null=True)),
                ('health', models.CharField(choices=[('UNKNOWN', 'Not tested yet'), ('ONLINE', 'Answering'), ('DEGRADED', 'Not answering'), ('STOPPED', 'Stopped')], default='UNKNOWN', max_length=8)),
                ('health_words', models.TextField(blank=True, default='')),
                ('failures', models.PositiveIntegerField(default=0)),
                ('retry_at', models.DateTimeField(blank=True, null=True)),
                ('last_answer_at', models.DateTimeField(blank=True, null=True)),
                ('collection_method', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='gateway_account', to='contracts.collectionmethod')),
            ],
            options={
                'ordering': ['collection_method__name'],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=malha.core.clock.now, editable=False, verbose_name='created at')),
                ('updated_at', models.DateTimeField(default=malha.core.clock.now, editable=False, verbose_name='updated at')),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('leased_by', models.CharField(blank=True, default='', max_length=64)),
                ('last_error', models.TextField(blank=True, default='')),
                ('kind', models.CharField(choices=[('BOLETO', 'Boleto'), ('BOLEPIX', 'Boleto with Pix'), ('PIX', 'Pix'), ('COBR', 'Pix Automático')], max_length=7)),
                ('state', models.CharField(choices=[('WANTED', 'Being registered'), ('REGISTERED', 'Registered'), ('SETTLED', 'Paid'), ('CANCELLED', 'Cancelled'), ('FAILED', 'Refused')], default='WANTED', max_length=10)),
                ('wish', models.CharField(blank=True, choices=[('', '—'), ('REGISTER', 'Register at the bank'), ('UPDATE', 'Change'), ('CANCEL', 'Cancel')], default='REGISTER', max_length=8)),
                ('reference', models.CharField(max_length=32, unique=True)),
                ('remote_id', models.CharField(blank=True, default='', max_length=80)),
                ('nosso_numero', models.CharField(blank=True, default='', max_length=25)),
                ('codigo_barras', models.CharField(blank=True, default='', max_length=44)),
                ('linha_digitavel', models.CharField(blank=True, default='', max_length=54)),
                ('pix_copia_e_cola', models.CharField(blank=True, default='', max_length=512)),
                ('pdf_url', models.CharField(blank=True, default='', max_length=300)),
                ('amount', malha.core.fields.MoneyField()),
                ('due_date', models.DateField()),
                ('terms', models.JSONField(default=dict)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('registered_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('looked_at', models.DateTimeField(blank=True, null=True)),
                ('failure_code', models.CharField(blank=True, default='', max_length=40)),
                ('failure_words', models.CharField(blank=True, default='', max_length=300)),
                ('raw', models.JSONField(default=dict)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='gateways.gatewayaccount')),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='billing.charge')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='IncomingPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=80)),
                ('value', malha.core.fields.MoneyField()),
                ('net', malha.core.fields.MoneyField(blank=True, null=True)),
                ('fee', malha.core.fields.MoneyField(default=0)),
                ('paid_on', models.DateField()),
                ('credited_on', models.DateField(blank=True, null=True)),
                ('channel', models.CharField(max_length=6)),
                ('source', models.CharField(max_length=9)),
                ('seen_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('NEW', 'New'), ('SETTLED', 'Settled'), ('CREDITED', 'Credit'), ('OPEN', 'To be matched')], default='NEW', max_length=8)),
                ('reason', models.CharField(blank=True, choices=[('', '—'), ('UNKNOWN', 'No charge is known for it'), ('CANCELLED', 'The charge was cancelled'), ('TWICE', 'The charge was paid already'), ('REPLACED', 'Paid on the replaced boleto'), ('LESS', 'Less than asked'), ('MORE', 'More than asked')], default='', max_length=9)),
                ('claims', models.JSONField(default=dict)),
                ('handled_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incoming', to='gateways.gatewayaccount')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incoming_payments', to='customers.customer')),
                ('payment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incoming', to='billing.payment')),
                ('registration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incoming', to='gateways.registration')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='WebhookEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('leased_by', models.CharField(blank=True, default='', max_length=64)),
                ('last_error', models.TextField(blank=True, default='')),
                ('key', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField()),
                ('trust', models.CharField(max_length=6)),
                ('state', models.CharField(choices=[('RECEIVED', 'Waiting'), ('DONE', 'Done'), ('IGNORED', 'Nothing to do'), ('REFUSED', 'Refused: not proved'), ('FAILED', 'Error')], default='RECEIVED', max_length=8)),
                ('headers', models.JSONField(default=dict)),
                ('path', models.CharField(blank=True, default='', max_length=60)),
                ('body', models.TextField(blank=True, default='')),
                ('ip', models.GenericIPAddressField(blank=True, null=True)),
                ('copies', models.PositiveIntegerField(default=1)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('words', models.CharField(blank=True, default='', max_length=300)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='gateways.gatewayaccount')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='gatewayaccount',
            constraint=models.CheckConstraint(condition=models.Q(('rate_per_second__gte', 1)), name='gateway_rate'),
        ),
        migrations.AddConstraint(
            model_name='gatewayaccount',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('BOLETO', 'BOLEPIX', 'PIX'))), name='gateway_kind'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['account', 'due_at'], name='registration_due'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['charge'], name='registration_of_charge'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(condition=models.Q(('nosso_numero', ''), _negated=True), fields=['nosso_numero'], name='registration_number'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['account', 'state', 'looked_at'], name='registration_polled'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(condition=models.Q(('state', 'FAILED')), fields=['state', 'updated_at'], name='registration_failed'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('WANTED', 'REGISTERED'))), fields=('charge',), name='registration_one_live'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('nosso_numero', ''), _negated=True), fields=('account', 'nosso_numero'), name='registration_nosso_numero'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('remote_id', ''), _negated=True), fields=('account', 'remote_id'), name='registration_remote_id'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='registration_amount'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'REGISTERED'), _negated=True), ('registered_at__isnull', False), _connector='OR'), name='registration_says_when'),
        ),
        migrations.AddIndex(
            model_name='incomingpayment',
            index=models.Index(fields=['state', '-id'], name='incoming_state'),
        ),
        migrations.AddIndex(
            model_name='incomingpayment',
            index=models.Index(fields=['registration'], name='incoming_of_registration'),
        ),
        migrations.AddIndex(
            model_name='incomingpayment',
            index=models.Index(fields=['customer', '-id'], name='incoming_of_customer'),
        ),
        migrations.AddConstraint(
            model_name='incomingpayment',
            constraint=models.UniqueConstraint(fields=('account', 'remote_id'), name='incoming_once'),
        ),
        migrations.AddConstraint(
            model_name='incomingpayment',
            constraint=models.CheckConstraint(condition=models.Q(('value__gt', 0)), name='incoming_value'),
        ),
        migrations.AddConstraint(
            model_name='incomingpayment',
            constraint=models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('fee__lte', models.F('value'))), name='incoming_fee'),
        ),
        migrations.AddConstraint(
            model_name='incomingpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('SETTLED', 'CREDITED')), _negated=True), ('payment__isnull', False), _connector='OR'), name='incoming_settled_has_payment'),
        ),
        migrations.AddIndex(
            model_name='webhookevent',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='webhook_event_due'),
        ),
        migrations.AddIndex(
            model_name='webhookevent',
            index=models.Index(fields=['account', '-id'], name='webhook_event_of_account'),
        ),
        migrations.AddConstraint(
            model_name='webhookevent',
            constraint=models.UniqueConstraint(fields=('account', 'key'), name='webhook_event_once'),
        ),
    ]
