from functools import partial

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.access import check_rest


class QualityAboutMixin(models.AbstractModel):
    """What is told about documents, such as what a complaint costs: who may read one of the documents reads it, too.

    Who may change it is said by the access rights of the model. What inherits this names the fields of the documents.
    """

    _name = "quality.about.mixin"
    _description = "What Is Told about Documents"

    @api.model
    def _get_about_fields(self):
        """Names of the many2one fields that lead to the documents."""
        raise NotImplementedError

    @api.model
    def _sees_all(self):
        """True for users who see all of it in their companies, so that the documents need not be read: they may read those, and the rules
        of those ask for no more than its own, the allowed companies.
        """
        rules, documents = self.env["ir.rule"], [self._fields[name].comodel_name for name in self._get_about_fields()]
        of_own = rules._compute_domain(self._name)
        return all(self.env[model].has_access("read") and rules._compute_domain(model) == of_own for model in documents)

    def _check_access(self, operation):
        return check_rest(self, super()._check_access(operation), lambda rest: rest._check_documents(operation))

    def _check_documents(self, operation):
        """The refusal of those of which the user may read no document."""
        if self._sees_all():
            return None
        seen = set(self._search([("id", "in", [id_ for id_ in self._ids if id_])]))
        if forbidden := self.filtered(lambda record: record.id and record.id not in seen):
            return forbidden, lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)
        return None

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access or self._sees_all()):
            domain = Domain(domain) & self._get_seen_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _get_seen_domain(self):
        """Those of which the user may read a document."""
        names = self._get_about_fields()
        if len(names) == 1:
            return Domain(names[0], "in", self.env[self._fields[names[0]].comodel_name]._search([]))
        # where one of two documents is enough, PostgreSQL would go through all ids of both for each row as soon as there are many
        return Domain.OR(Domain.custom(to_sql=partial(self._get_seen_sql, name)) for name in names)

    def _get_seen_sql(self, name, model, alias, query):
        """Whether the user may read the document in that field, looked up by its key."""
        documents = self.env[self._fields[name].comodel_name]._search([])
        documents.add_where(SQL("%s = %s", SQL.identifier(documents.table, "id"), model._field_to_sql(alias, name, query)))
        return SQL("EXISTS %s", documents.subselect("1"))
