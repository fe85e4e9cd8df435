"""The statements of persons, made once: what a statement costs is for the most part its making."""

from sqlalchemy import ARRAY, BigInteger, LargeBinary, any_, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from svc_identity.models import Base, Person

PERSON, ACCESS = Base.metadata.tables["person"], Base.metadata.tables["identifier_access"]
_OF_NUMBER = PERSON.c.number_fingerprint == any_(bindparam("numbers", type_=ARRAY(LargeBinary)))
"""`numbers`: the fingerprints of one number under each key that is in use."""
BY_NUMBER = select(Person).where(_OF_NUMBER)
ID_BY_NUMBER = select(PERSON.c.id).where(_OF_NUMBER)

_WRITTEN = ("id", "name", "number", "number_fingerprint", "phone", "proofing", "registered_at")
# The lock is held before the row is tried. Who waited for it sees no more than before, but meets the row that is there now.
_held = select(func.pg_advisory_xact_lock(bindparam("lock", type_=BigInteger)).label("held")).cte("held")
ADD = (
    insert(PERSON)
    .from_select(
        _WRITTEN,
        select(*(bindparam(name, type_=PERSON.c[name].type) for name in _WRITTEN))
        .select_from(_held)
        .where(~exists().where(_OF_NUMBER)),
    )
    .on_conflict_do_nothing(index_elements=["number_fingerprint"])
    .returning(PERSON.c.id)
)

_noted = (
    insert(ACCESS)
    .from_select(
        ("id", "person_id", "reader", "purpose", "reference"),
        select(
            bindparam("line", type_=ACCESS.c.id.type),
            PERSON.c.id,
            *(bindparam(name, type_=ACCESS.c[name].type) for name in ("reader", "purpose", "reference")),
        ).where(PERSON.c.id == bindparam("person")),
    )
    .returning(ACCESS.c.person_id)
    .cte("noted")
)
READ_IDENTIFIERS = select(PERSON.c.name, PERSON.c.number, PERSON.c.phone).join(
    _noted, _noted.c.person_id == PERSON.c.id
)
"""Nothing is read without its line."""
