"""Every department's data resources, by their code."""

from typing import Any

from demo.city.interfaces import hospital, insurance, marriage, population, social_security, vaccination

RESOURCES: dict[str, dict[str, Any]] = {
    **hospital.RESOURCES,
    **marriage.RESOURCES,
    **population.RESOURCES,
    **vaccination.RESOURCES,
    **insurance.RESOURCES,
    **social_security.RESOURCES,
}
