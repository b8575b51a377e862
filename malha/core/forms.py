"""The form renderer."""

from django.forms.renderers import TemplatesSetting


class UiRenderer(TemplatesSetting):
    """Draws fields with our templates."""
