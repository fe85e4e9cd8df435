"""What a bundle asks of people: its form as data, one JSON file a bundle."""

from svc_workflow.forms.definition import Form, FormField, every_form, form_of
from svc_workflow.forms.values import check_value

__all__ = ["Form", "FormField", "check_value", "every_form", "form_of"]
