from odoo.fields import Command

from .common import ComplaintCommon

NOW = "2026-03-06 16:00:00"


class AnalysisCommon(ComplaintCommon):
    """Complaints of a week in March, each step promised in calendar days from Monday, 2026-03-02 10:00, seen on Friday at 16:00.

    Review within one day, resolve three, reply four, follow up ten.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["quality.deadline.policy"].search([]).active = False
        cls.policy = cls.env["quality.deadline.policy"].create({
            "name": "By calendar days", "type_id": cls.complaint_type.id, "company_id": cls.company.id,
            "line_ids": [
                Command.create({"step": step, "owner_role": role, "duration": days, "duration_unit": "calendar_day"})
                for step, role, days in (
                    ("review", "leader", 1), ("resolve", "handler", 3), ("reply", "sales_manager", 4), ("follow_up", "reporter", 10),
                )
            ],
        })
        cls.country = cls.env.ref("base.jp")
        cls.customer.country_id = cls.country
        cls.red = cls.env["res.partner"].create({"name": "Red Workshop", "is_company": True, "email": "office@red.example"})
        cls.bolt = cls._create_product("Bolt")

    @classmethod
    def _file(cls, moment, **values):
        with cls.at(cls, moment):
            complaint = cls._create_complaint(**values)
            complaint.with_user(cls.rep).action_submit()
        return complaint

    @classmethod
    def _file_red(cls, moment, **values):
        return cls._file(moment, partner_id=cls.red.id, contact_id=False, **values)

    @classmethod
    def _approve(cls, complaint, moment):
        with cls.at(cls, moment):
            managed = complaint.with_user(cls.quality_manager)
            managed.write({"validity": "upheld", "severity": "major", "handler_id": cls.handler.id})
            managed.action_approve()
        return complaint

    @classmethod
    def _reply(cls, complaint, moment):
        """Resolved, approved and sent at one moment."""
        with cls.at(cls, moment):
            handled = complaint.with_user(cls.handler)
            handled.write({"handling_opinion": "Replace and sort", "analysis": "Rain during transport"})
            handled.demand_ids.write({"answer": "New sets were sent", "outcome": "granted"})
            handled.action_resolve()
            complaint.with_user(cls.sales_manager).action_approve_reply()
            cls._send_reply(complaint)
        return complaint

    @classmethod
    def _hear(cls, complaint, moment, satisfied):
        with cls.at(cls, moment):
            cls._answer(complaint, satisfied)
        return complaint

    @classmethod
    def _pause(cls, complaint, moment):
        with cls.at(cls, moment):
            return cls.env["quality.deadline.pause"].with_user(cls.handler).create({"complaint_id": complaint.id, "note": "Which batch?"})

    @classmethod
    def _resume(cls, pause, moment):
        with cls.at(cls, moment):
            pause.with_user(cls.handler).answer = "Batch 7"
            pause.with_user(cls.handler).action_resume()

    @classmethod
    def _create_stranger(cls):
        """Somebody who sees everything, in another company."""
        cls.other_company = cls.env["res.company"].create({"name": "Moonlight Tools"})
        return cls._new_user("stranger", "quality_complaint.group_manager", cls.other_company)

    def _get_rows(self, model, records, about, user=None):
        """{record: its row, as that user sees it at this moment}"""
        self.env.invalidate_all()
        rows = self.env[model].with_user(user or self.quality_manager).search([(about, "in", records.ids)])
        return {row[about].with_env(self.env): row for row in rows}

    def _sum(self, model, domain, group, *measures, user=None):
        rows = self.env[model].with_user(user or self.quality_manager)._read_group(domain, [group] if group else [], measures)
        return {row[0]: row[1:] if len(measures) > 1 else row[1] for row in rows} if group else rows[0]
