"""Administration: the school's settings, people, mail, recurring work, the audit log."""

from blueprints.admin import group_people as group_people
from blueprints.admin import groups as groups
from blueprints.admin import guardianships as guardianships
from blueprints.admin import imports as imports
from blueprints.admin import invitations as invitations
from blueprints.admin import looking as looking
from blueprints.admin import people as people
from blueprints.admin import proposals as proposals  # registers its routes
from blueprints.admin import pupils as pupils
from blueprints.admin import rollover as rollover
from blueprints.admin.routes import admin

__all__ = ["admin"]
