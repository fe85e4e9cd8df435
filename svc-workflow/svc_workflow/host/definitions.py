"""Process definitions: deployed from the package at start, compiled once a process, never changed."""

import hashlib
from functools import lru_cache
from importlib.resources import files

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from svc_workflow.engine import Graph, compile_process
from svc_workflow.models import Definition

_compiled: dict[str, Graph] = {}
"""By digest of the text, so it is right for every database."""


async def deploy_packaged(session: AsyncSession) -> None:
    """Each BPMN file of the package whose text is new becomes the newest version of its process. Raises ModelRefused."""
    for source in sorted(files("svc_workflow.processes").iterdir(), key=lambda file: file.name):
        if source.name.endswith(".bpmn"):
            await deploy(session, source.read_bytes())


async def deploy(session: AsyncSession, source: bytes) -> str:
    """The digest by which instances name the version."""
    graph = _compile(source)
    digest = _digest(source)
    newest = select(func.coalesce(func.max(Definition.version), 0) + 1).where(Definition.code == graph.id)
    row = insert(Definition).values(digest=digest, code=graph.id, version=newest.scalar_subquery(), source=source)
    # Two processes of the service start at once: whoever comes second waits here and finds the row.
    await session.execute(row.on_conflict_do_nothing(index_elements=["digest"]))
    return digest


async def newest(session: AsyncSession, code: str) -> str:
    """The digest of a process's newest version. Raises NoResultFound."""
    query = select(Definition.digest).where(Definition.code == code).order_by(Definition.version.desc()).limit(1)
    return (await session.execute(query)).scalar_one()


async def graph_of(session: AsyncSession, digest: str) -> Graph:
    if digest not in _compiled:
        source = (await session.execute(select(Definition.source).where(Definition.digest == digest))).scalar_one()
        _compiled[digest] = _compile(source)
    return _compiled[digest]


@lru_cache(maxsize=64)
def _compile(source: bytes) -> Graph:
    return compile_process(source)


def _digest(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()
