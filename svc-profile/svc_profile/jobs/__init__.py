"""Work that calls out: e-mail, SMS, a schedule from svc-sharing; and what is due today."""
