import io
import json
from datetime import datetime

import openpyxl

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.http import Request
from odoo.modules.migration import exec_script
from odoo.tests import HttpCase, tagged
from odoo.tools import file_path, mute_logger

from .inquiry_common import InquiryCommon
from .test_objectives import DUE, FILED, JULY, JUNE, MAY, NOW, ObjectiveCommon

COUNTS = ("task_count", "in_time_count", "done_late_count", "open_late_count", "forgotten_count")


class AppraisalCommon(ObjectiveCommon):
    def _get_appraisal(self, *users, moment=NOW, reader=None):
        with self.at(moment):
            self.env.invalidate_all()
            appraisal = self.env["quality.appraisal"].with_user(reader or self.quality_manager)
            rows = appraisal.search([("user_id", "in", [user.id for user in users])] if users else [], order="month, user_id, id")
            rows.mapped("task_count")  # as of that moment
            return rows

    def _get_counts(self, user, moment=NOW):
        return [(row.month, *(row[name] for name in COUNTS)) for row in self._get_appraisal(user, moment=moment)]


@tagged("post_install", "-at_install")
class TestAppraisal(AppraisalCommon):
    """Steps of a complaint that is filed on May 4: review (quality manager) on May 5, resolve (handler) on May 8, reply (sales
    manager) on May 11, follow up (rep) on May 18."""

    # ------------------------------------------------------------ tasks
    def test_steps_and_actions_by_their_owner(self):
        complaint = self._file()
        with self.at(FILED):
            self._start(self._create_capa(complaint, date_deadline="2026-05-20 10:00:00", user_id=self.handler.id))
        self.assertEqual(self._get_counts(self.handler, datetime(2026, 5, 15, 10)), [(MAY, 2, 1, 0, 0, 0)], "one is not due yet")
        row = self._get_appraisal(self.handler, moment=datetime(2026, 5, 15, 10))
        self.assertEqual((row.due_count, row.in_time_rate, row.team_id), (1, 100, self.team))
        self.assertEqual(self._get_counts(self.handler), [(MAY, 2, 1, 0, 1, 1)])
        self.assertEqual(self._get_appraisal(self.handler).in_time_rate, 50)
        self.assertEqual(self._get_counts(self.quality_manager), [(MAY, 1, 1, 0, 0, 0)], "the review")

    def test_the_edges_of_late_and_forgotten(self):
        for moment, counts in (
            (DUE, (1, 1, 0, 0, 0)),
            (datetime(2026, 5, 11, 17, 0, 1), (1, 0, 1, 0, 0)),
            (datetime(2026, 5, 14, 17), (1, 0, 1, 0, 0)),
            (datetime(2026, 5, 14, 17, 0, 1), (1, 0, 1, 0, 1)),
        ):
            complaint = self._file()
            self._reply(complaint, moment)
            with self.subTest(moment):
                self.assertEqual(self._get_counts(self.sales_manager), [(MAY, *counts)])
            complaint.sudo().milestone_ids.active = False

    def test_what_is_open_is_forgotten_after_the_days_of_the_company(self):
        self._file()
        for moment, counts in (
            (DUE, (1, 0, 0, 0, 0)), (datetime(2026, 5, 14, 17), (1, 0, 0, 1, 0)), (datetime(2026, 5, 14, 17, 0, 1), (1, 0, 0, 1, 1)),
        ):
            with self.subTest(moment):
                self.assertEqual(self._get_counts(self.sales_manager, moment), [(MAY, *counts)])
        self.company.appraisal_forgotten_days = 10
        self.assertEqual(self._get_counts(self.sales_manager, datetime(2026, 5, 20, 10)), [(MAY, 1, 0, 0, 1, 0)])
        self.assertIn("within 10 days", self._get_appraisal(self.sales_manager).definition)

    def test_while_the_clock_stands_nobody_is_late(self):
        complaint = self._file("investigation")
        with self.at(FILED):
            self.env["quality.deadline.pause"].with_user(self.handler).create({"complaint_id": complaint.id, "note": "Which batch?"})
        self.assertEqual(self._get_counts(self.handler), [(MAY, 1, 0, 0, 0, 0)])

    def test_what_fell_away_undone_is_nobodys_task(self):
        complaint = self._file("investigation")
        self.assertEqual(self._get_counts(self.handler), [(MAY, 1, 0, 0, 1, 1)])
        with self.at(NOW):
            self._cancel(complaint)
        self.assertEqual(self._get_counts(self.handler), [])
        self.assertEqual(self._get_counts(self.quality_manager), [(MAY, 1, 1, 0, 0, 0)], "the review was done")

    def test_imported_history_is_nobodys_task(self):
        with self.at(FILED):
            old = self._create_complaint(self.complaint_admin, date_received="2026-03-02 10:00:00", is_history=True)
        self.assertFalse(self._get_appraisal())
        self._get_step(old, "review").copy({"round": 2, "date_deadline": "2026-03-20 10:00:00"})
        row = self._get_appraisal()
        self.assertEqual(row.task_count, 1, "another round is")
        steps = self.env["quality.milestone"].search(json.loads(json.dumps(row.action_view_steps()["domain"], default=str)))
        self.assertEqual((steps.complaint_id, steps.round), (old, 2))

    def test_a_step_that_is_done_stays_with_who_did_it(self):
        complaint = self._file()
        with self.at(NOW):
            complaint.with_user(self.quality_manager).handler_id = self.quality_manager
        self.assertEqual(self._get_counts(self.handler), [(MAY, 1, 1, 0, 0, 0)])

    def test_a_step_that_is_done_stays_with_the_team_that_did_it(self):
        complaint = self._file("investigation")
        leader = self._new_user("packing_leader", "quality_complaint.group_handler")
        packing = self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": leader.id})
        with self.at(FILED):
            self.env["quality.complaint.transfer.wizard"].with_user(self.handler).create({
                "complaint_id": complaint.id, "team_id": packing.id, "reason": "The carton was too thin",
            }).action_confirm()
        teams = {row.user_id: row.team_id for row in self._get_appraisal()}
        self.assertEqual((teams[self.quality_manager], teams[leader]), (self.team, packing), "the review was done, the rest went with it")
        with self.at(NOW):
            action = self._get_appraisal(self.quality_manager).action_view_steps()
            self.assertEqual(self.env["quality.milestone"].search(action["domain"]), self._get_step(complaint, "review"))
            steps = self.env["quality.milestone.report"].with_user(self.quality_manager).search([("complaint_id", "=", complaint.id)])
            self.assertEqual(steps.filtered(lambda row: row.step == "review").team_id, self.team)
            self.assertEqual(steps.filtered(lambda row: row.step == "resolve").team_id, packing)

    def test_an_update_leaves_the_past_to_who_did_it(self):
        complaint, answered = self._file("investigation"), self._file("follow_up")
        self._answer_at(answered, datetime(2026, 5, 12, 10), "no")
        packing = self.env["quality.team"].create({"name": "Packing", "company_id": self.company.id, "leader_id": self.worker.id})
        with self.at("2026-05-13 10:00:00"):
            for moved in complaint | answered:
                self.env["quality.complaint.transfer.wizard"].with_user(self.handler).create({
                    "complaint_id": moved.id, "team_id": packing.id, "reason": "The carton was too thin",
                }).action_confirm()
        self.env.flush_all()
        self.env.cr.execute("UPDATE quality_milestone SET team_id = NULL")
        self.env.cr.execute("UPDATE quality_complaint_follow_up SET handler_id = NULL")
        script = file_path("quality_complaint/migrations/19.0.1.2.0/pre-responsible.py")
        exec_script(self.env.cr, "19.0.1.1.0", script, "quality_complaint", "pre")
        self.env.invalidate_all()
        steps = {step.step: step.team_id for step in complaint.milestone_ids}
        self.assertEqual((steps["review"], steps["resolve"]), (self.team, packing))
        self.assertEqual(answered.follow_up_ids.handler_id, self.handler)

    # ------------------------------------------------------------ customers
    def test_a_verdict_stays_with_who_handled_then(self):
        complaint = self._file("follow_up")
        self._answer_at(complaint, datetime(2026, 5, 12, 10), "yes")
        with self.at(NOW):
            complaint.sudo().handler_id = self.quality_manager
        rows = {row.user_id: row.answer_count for row in self._get_appraisal()}
        self.assertEqual((rows[self.handler], rows[self.quality_manager]), (1, 0))

    def test_satisfaction_and_rounds_of_who_handles(self):
        happy, moody = self._file("follow_up"), self._file("follow_up")
        self._answer_at(happy, datetime(2026, 5, 12, 10), "yes")
        self._answer_at(moody, datetime(2026, 5, 12, 10), "no")
        row = self._get_appraisal(self.handler)[0]
        self.assertEqual((row.month, row.answer_count, row.satisfied_count, row.satisfied_rate, row.rounds), (MAY, 2, 1, 50, 1))
        self._resolve_again(moody, datetime(2026, 5, 19, 10))
        self._reply(moody, datetime(2026, 5, 19, 10))
        self._answer_at(moody, datetime(2026, 5, 20, 10), "yes")
        row = self._get_appraisal(self.handler)[0]
        self.assertEqual((row.answer_count, row.satisfied_count, row.satisfied_rate, row.rounds), (2, 2, 100, 1.5))

    def test_groups_weigh_by_what_they_count(self):
        for _each in range(3):
            self._file()
        self._file("investigation", moment=datetime(2026, 6, 1, 10))
        rows = self._get_appraisal(self.handler)
        self.assertEqual([(row.month, row.in_time_rate) for row in rows], [(MAY, 100), (JUNE, 0)])
        for groupby, expected in (("month:quarter", 75), ("month:year", 75)):
            with self.at(NOW), self.subTest(groupby):
                [(_period, rate, satisfied, tasks)] = self.env["quality.appraisal"].with_user(self.quality_manager)._read_group(
                    [("user_id", "=", self.handler.id)], [groupby], ["in_time_rate:avg", "satisfied_rate:avg", "task_count:sum"],
                )
                self.assertEqual((float(rate), satisfied, tasks), (expected, False, 4), "nobody answered: no share")

    def test_what_was_counted_is_opened(self):
        complaint = self._file()
        with self.at(FILED):
            capa = self._start(self._create_capa(complaint, user_id=self.handler.id, date_deadline="2026-05-20 10:00:00"))
        self._file(moment=datetime(2026, 6, 1, 10))
        row = self._get_appraisal(self.handler)[0]
        with self.at(NOW):
            for button, expected in (("action_view_steps", self._get_step(complaint, "resolve")), ("action_view_capas", capa)):
                action = getattr(row, button)()
                found = self.env[action["res_model"]].with_user(self.handler).search(action["domain"])
                self.assertEqual(found, expected.with_user(self.handler))

    def test_the_complaints_whose_answers_were_counted_are_opened(self):
        happy, moody, later, others = (self._file("follow_up") for _each in range(4))
        with self.at(NOW):
            others.with_user(self.quality_manager).handler_id = self.quality_manager
        for complaint, moment, satisfied in (
            (happy, datetime(2026, 5, 12, 10), "yes"), (moody, datetime(2026, 5, 12, 10), "no"),
            (later, datetime(2026, 6, 1, 10), "yes"), (others, datetime(2026, 5, 12, 10), "yes"),
        ):
            self._answer_at(complaint, moment, satisfied)
        row = self._get_appraisal(self.handler).filtered(lambda row: row.month == MAY)
        action = row.with_user(self.handler).action_view_answered()
        self.assertEqual(self.env["quality.complaint"].with_user(self.handler).search(action["domain"]).ids, (moody | happy).ids)
        self.assertEqual(row.answer_count, 2)

    # ------------------------------------------------------------ who sees whom
    def test_each_sees_themselves_leaders_their_people_and_managers_all(self):
        leader = self._new_user("packing_leader", "base.group_user")
        packer = self._new_user("packer", "base.group_user")
        self.env["quality.team"].create({
            "name": "Packing", "company_id": self.company.id, "leader_id": leader.id, "member_ids": [Command.set(packer.ids)],
        })
        sales_team = self.env["crm.team"].create({"name": "Sales", "company_id": self.company.id, "user_id": self.sales_manager.id})
        sales_team.member_ids = self.rep
        complaint = self._file()
        with self.at(FILED):
            self._start(self._create_capa(complaint, user_id=packer.id, date_deadline="2026-05-20 10:00:00"))
        everybody = self.quality_manager | self.handler | self.sales_manager | self.rep | packer
        for reader, seen in (
            (self.quality_manager, everybody), (self.handler, self.handler), (self.rep, self.rep), (packer, packer), (leader, packer),
            (self.sales_manager, self.sales_manager | self.rep), (self.outsider, self.env["res.users"]),
        ):
            with self.subTest(reader.login):
                self.assertEqual(self._get_appraisal(reader=reader).sudo().user_id, seen)
        mine = self._get_appraisal(packer)
        with self.assertRaises(AccessError):
            mine.with_user(self.rep).check_access("read")
        with self.assertRaises(AccessError):
            mine.with_user(self.rep).action_view_capas()

    def test_a_team_leader_sees_what_is_done_for_the_team(self):
        self._file()
        self.team.leader_id = self.handler
        self.assertEqual(
            self._get_appraisal(reader=self.handler).sudo().user_id, self.quality_manager | self.handler | self.sales_manager | self.rep,
        )

    def test_no_company_and_nobody_from_outside_sees_another(self):
        self._file()
        other = self.env["res.company"].create({"name": "Moonlight Tools"})
        stranger = self._new_user("moon_manager", "quality_complaint.group_manager", other)
        self.assertFalse(self._get_appraisal(reader=stranger))
        both = self._new_user("group_manager", "quality_complaint.group_manager")
        both.company_ids |= other
        self.assertEqual(self._get_appraisal(reader=both).company_id, self.company)
        for group in ("base.group_portal", "base.group_public"):
            with self.subTest(group), self.assertRaises(AccessError):
                self._get_appraisal(reader=self._new_user(group[-6:], group))


@tagged("post_install", "-at_install")
class TestAppraisalOfAnswers(AppraisalCommon, InquiryCommon):
    """What a team of plain employees is asked for, due on May 6 at 10 o'clock: answered then, a second later, or not at all."""

    DEADLINE = datetime(2026, 5, 6, 10)
    ANSWERED = (DEADLINE, datetime(2026, 5, 6, 10, 0, 1), None)

    def _ask(self, complaint, **values):
        with self.at(FILED):
            return self.env["quality.complaint.assignment"].with_user(self.handler).create({
                "complaint_id": complaint.id, "team_id": self.experts.id, "user_id": self.worker.id, "name": "Which oil was used?",
                "date_deadline": self.DEADLINE, **values,
            })

    def _forward_at(self, answered, **values):
        with self.at(FILED):
            inquiry = self._forward(**{"responder_id": self.worker.id, "date_deadline": self.DEADLINE, **values})
        if answered:
            with self.at(answered):
                self._answer_inquiry(inquiry, self.worker)
        return inquiry

    def _open(self, row, button, user):
        with self.at(NOW):
            action = getattr(row.with_user(user), button)()
            return self.env[action["res_model"]].with_user(user).search(action["domain"], order="id").sudo()

    def test_parts_of_complaints_that_teams_are_asked_for(self):
        complaint = self._file("investigation")
        parts = [self._ask(complaint) for _moment in self.ANSWERED]
        for part, moment in zip(parts, self.ANSWERED, strict=True):
            if moment:
                with self.at(moment):
                    asked = part.with_user(self.worker)
                    asked.answer = "The thin one"
                    asked.action_answered()
        self._ask(complaint, date_deadline="2026-07-20 10:00:00")
        self._ask(complaint).sudo()._withdraw()
        self._ask(complaint, user_id=self.expert.id)
        self.assertEqual(self._get_counts(self.worker), [(MAY, 3, 1, 1, 1, 1), (JULY, 1, 0, 0, 0, 0)])
        row = self._get_appraisal(self.worker)[0]
        self.assertEqual((row.month, row.team_id), (MAY, self.experts))
        for user in (self.worker, self.expert):
            with self.subTest(user.login):
                self.assertEqual(self._open(row, "action_view_parts", user).ids, [part.id for part in parts])
        self.assertFalse(self._open(row, "action_view_inquiries", self.worker))

    def test_inquiries_that_were_forwarded(self):
        inquiries = [self._forward_at(moment) for moment in self.ANSWERED]
        self._forward_at(None, responder_id=self.expert.id)
        with self.at(FILED):
            self._create_inquiry(responder_id=self.worker.id, date_deadline=self.DEADLINE)  # nobody was asked
            self._answer_inquiry(self._create_inquiry(), self.rep)  # answered at once
            self._give_reason(self._forward(responder_id=self.worker.id, date_deadline=self.DEADLINE), "cancel")
        self.assertEqual(self._get_counts(self.worker), [(MAY, 3, 1, 1, 1, 1)])
        self.assertEqual(self._get_counts(self.expert), [(MAY, 1, 0, 0, 1, 1)])
        self.assertFalse(self._get_appraisal(self.rep), "who took them is not who is asked")
        row = self._get_appraisal(self.worker)
        for user in (self.worker, self.expert, self.quality_manager):
            with self.subTest(user.login):
                self.assertEqual(self._open(row, "action_view_inquiries", user).ids, [inquiry.id for inquiry in inquiries])
        self.assertFalse(self._open(row, "action_view_parts", self.worker))

    def test_all_that_one_person_does_for_a_team_in_a_month_is_one_row(self):
        complaint = self._file()
        self._ask(complaint)
        self._forward_at(self.DEADLINE)
        with self.at(FILED):
            capa = self._create_capa(complaint, user_id=self.worker.id, team_id=self.experts.id, date_deadline="2026-05-20 10:00:00")
            self._start(capa)
        row = self._get_appraisal(self.worker)
        self.assertEqual((row.task_count, row.in_time_count, row.open_late_count, round(row.in_time_rate, 1)), (3, 1, 2, 33.3))
        self.assertIn("forwarded inquiries", row.definition)

    def test_each_sees_themselves_the_leader_the_team_and_others_nothing(self):
        self._ask(self._file("investigation"))
        self._forward_at(None, responder_id=self.expert.id)
        for reader, seen in (
            (self.worker, self.worker), (self.expert, self.worker | self.expert), (self.rep, self.env["res.users"]),
        ):
            with self.subTest(reader.login):
                self.assertEqual(self._get_appraisal(self.worker, self.expert, reader=reader).sudo().user_id, seen)
        row = self._get_appraisal(self.worker)
        for button in ("action_view_parts", "action_view_inquiries", "action_view_answered"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(row.with_user(self.rep), button)()


@tagged("post_install", "-at_install")
class TestAppraisalDownload(AppraisalCommon, HttpCase):
    def _download(self, user, domain, **context):
        self.authenticate(user.login, user.login)
        return self.url_open("/quality_complaint/analysis/appraisal.xlsx", data={
            "domain": json.dumps(domain), "context": json.dumps(context), "csrf_token": Request.csrf_token(self),
        })

    def _read(self, response):
        self.assertEqual(response.status_code, 200)
        return openpyxl.load_workbook(io.BytesIO(response.content)).active

    def test_it_is_downloaded_as_excel_with_what_each_may_see(self):
        self.env.ref("base.group_allow_export").user_ids += self.quality_manager | self.handler
        self._answer_at(self._file("follow_up"), datetime(2026, 5, 12, 10), "yes")
        self._file("investigation")
        self._load_languages("zh_CN")
        with self.at(NOW):
            self.env.flush_all()
            sheet = self._read(self._download(self.handler, [("month", "=", "2026-05-01")]))
            labels = [cell.value for cell in sheet[2]]
            rows = [dict(zip(labels, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=3)]
            self.assertEqual(len(rows), 1)
            expected = {
                "Team": "Quality", "Person": "Handler", "Responsible For": 2, "In Time": 1, "Done Late": 0, "Open and Late": 1, "Forgotten": 1,
                "In Time (%)": 50, "Customers Who Answered": 1, "Satisfied": 1, "Satisfied (%)": 100, "Rounds": 1,
            }
            self.assertEqual({name: rows[0][name] for name in expected}, expected)
            self.assertEqual((rows[0]["Month"], sheet.freeze_panes), (datetime(2026, 5, 1), "B3"))
            everybody = self._read(self._download(self.quality_manager, [("month", "=", "2026-05-01")], lang="zh_CN"))
            self.assertEqual(everybody["C2"].value, "部门")
            satisfied = {row[3]: row[12] for row in everybody.iter_rows(min_row=3, values_only=True)}
            self.assertEqual(
                satisfied, {"Quality manager": None, "Handler": 100, "Sales manager": None, "Rep": None}, "no customer answered: no share",
            )
            empty = self._read(self._download(self.quality_manager, [("month", "=", "2020-01-01")]))
            self.assertEqual(empty.max_row, 2)

    def test_who_may_not_export_gets_nothing(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self._download(self.rep, []).status_code, 403)
