from chassis.inbox import Handlers

handlers = Handlers()
