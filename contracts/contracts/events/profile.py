"""Events published by svc-profile: tags, reminders, messages."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.event import Event


class ProfileEvent(Event):
    topic: ClassVar = "onedoor.profile.person"
    person_id: UUID

    @property
    def key(self) -> str:
        return str(self.person_id)


class TagAdded(ProfileEvent):
    """Something is now known about a person, from an event with its source and time."""

    type: ClassVar = "onedoor.profile.tag.added.v1"
    tag: str
    source: str


class ReminderSet(ProfileEvent):
    """The person will be reminded on that day."""

    type: ClassVar = "onedoor.profile.reminder.set.v1"
    reminder_id: UUID
    kind: str
    on: date


class ReminderSilenced(ProfileEvent):
    """The reminder will never be sent."""

    type: ClassVar = "onedoor.profile.reminder.silenced.v1"
    reminder_id: UUID


class MessageSent(ProfileEvent):
    """A message went out by a channel: in-app, e-mail or SMS."""

    type: ClassVar = "onedoor.profile.message.sent.v1"
    message_id: UUID
    kind: str
    channel: str
