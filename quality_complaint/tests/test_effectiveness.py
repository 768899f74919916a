from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_verification import VerificationCommon

DONE_ON = "2026-03-02 10:00:00"
WINDOW_END = "2026-04-01 10:00:00"  # 30 days


@tagged("post_install", "-at_install")
class TestEffectiveness(VerificationCommon):
    def _observe(self, **values):
        """An action carried out on DONE_ON, that is observed for 30 days against nine complaints among 1,100 units."""
        with self.at(DONE_ON):
            return self._carry_out(**{
                "window_days": 30, "baseline_count": 9, "baseline_exposure": 1100, "recurrence_limit": 100, **values,
            })

    def _ship(self, quantity, date, product=None, **values):
        product = product or self.product
        self._add_stock(product, quantity)
        with self.at(date):
            return self._deliver(self._create_order((product, quantity), **values))

    def _complain(self, date, **values):
        with self.at(date):
            return self._create_complaint(date_received=date, **values)

    # ------------------------------------------------------------ the baseline
    def test_a_year_before_is_proposed_or_as_long_as_it_is_observed(self):
        with self.at(DONE_ON):
            capa = self._create_capa(self.complaint, capa_type="corrective")
            self.assertFalse(capa.baseline_from)
            capa.window_days = 30
            self.assertEqual((str(capa.baseline_from), str(capa.baseline_to)), ("2025-03-02", "2026-03-02"))
            capa.window_days = 60
            self.assertEqual(str(capa.baseline_from), "2025-03-02", "what was chosen stays")
            longer = self._create_capa(self.complaint, capa_type="corrective", window_days=366)
            self.assertEqual(str(longer.baseline_from), "2025-03-01")

    def test_complaints_and_units_before_are_counted_from_the_first_to_the_last_day_of_the_companys_time(self):
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        # the days of January 2026 in Tokyo: from 31 December 15:00 to 31 January 15:00 UTC
        for quantity, moment in (
            (1, "2025-12-31 14:59:59"), (10, "2025-12-31 15:00:00"), (100, "2026-01-31 14:59:59"), (1000, "2026-01-31 15:00:00"),
        ):
            self._ship(quantity, moment)
            self._complain(moment)
        capa = self._create_capa(
            self.complaint, capa_type="corrective", window_days=30, baseline_from="2026-01-01", baseline_to="2026-01-31",
        )
        self.assertEqual((capa.baseline_count, capa.baseline_exposure), (2, 110))

    def test_units_are_those_of_the_product_that_left_to_customers_of_the_company(self):
        other = self._create_product("Pliers")
        dozen = self.env.ref("uom.product_uom_dozen")
        self.product.uom_ids = dozen
        self._ship(5, "2026-01-10 10:00:00")
        returned = self._return(self._ship(7, "2026-01-11 10:00:00"))
        self.assertEqual(returned.state, "done")
        self._ship(100, "2026-01-12 10:00:00", other)
        self._add_stock(self.product, 24)
        with self.at("2026-01-13 10:00:00"):
            self._deliver(self._create_order({"product_id": self.product.id, "product_uom_qty": 2, "product_uom_id": dozen.id}))
            self._create_order((self.product, 50))  # not delivered
        other_company = self.env["res.company"].create({"name": "Other"})
        capa = self._create_capa(
            self.complaint, capa_type="corrective", window_days=30, baseline_from="2026-01-01", baseline_to="2026-01-31",
        )
        self.assertEqual(capa.baseline_exposure, 5 + 7 + 24, "what came back was shipped all the same")
        capa.check_product_ids += other
        self.assertEqual(capa.baseline_exposure, 136)
        capa.check_product_ids = False
        self.assertEqual(capa.baseline_exposure, 136, "any product")
        self.handler.company_ids += other_company
        foreign = self.env["quality.capa"].with_user(self.handler).with_company(other_company).create({
            "name": "Cover", "capa_type": "corrective", "user_id": self.handler.id, "check_product_ids": [Command.set(self.product.ids)],
            "window_days": 30, "baseline_from": "2026-01-01", "baseline_to": "2026-01-31", "company_id": other_company.id,
        })
        self.assertEqual((foreign.company_id, foreign.baseline_exposure), (other_company, 0))

    def test_complaints_count_by_product_and_cause_and_not_those_that_fell_away(self):
        environment = self.env.ref("quality_complaint.cause_environment")
        weather = self.env.ref("quality_complaint.cause_transport_weather")
        packaging = self.env.ref("quality_complaint.cause_packaging")
        other = self._create_product("Pliers")
        day = "2026-01-10 10:00:00"
        for product, cause in (
            (self.product, weather), (self.product, environment), (self.product, packaging), (self.product, False), (other, weather),
        ):
            complaint = self._complain(day, line_ids=[Command.create({"product_id": product.id})])
            if cause:
                complaint.cause_ids = [Command.create({"name": "Rain", "cause_id": cause.id})]
        self._cancel(self._move_to(self._complain(day), "review"))
        self._move_to(self._complain(day), "rejected")
        capa = self._create_capa(
            self.complaint, capa_type="corrective", window_days=30, baseline_from="2026-01-01", baseline_to="2026-01-31",
        )
        for cause, products, expected in (
            (False, self.product, 4), (environment, self.product, 2), (weather, self.product, 1), (weather, self.product | other, 2),
            (environment, self.product.browse(), 3), (False, self.product.browse(), 0),
        ):
            with self.subTest(cause=cause and cause.name, products=len(products)):
                capa.write({"check_cause_id": cause and cause.id, "check_product_ids": [Command.set(products.ids)]})
                self.assertEqual(capa.baseline_count, expected)

    def test_older_numbers_are_entered_by_hand_and_stay(self):
        capa = self._create_capa(self.complaint, capa_type="corrective", window_days=30)
        form = Form(capa)
        form.baseline_count = 9
        form.baseline_exposure = 1100
        form.save()
        capa.name = "Cover"
        self._ship(5, fields.Datetime.to_string(fields.Datetime.now()))
        self.assertEqual((capa.baseline_count, capa.baseline_exposure), (9, 1100))

    def test_all_wrong_numbers_are_named_at_once(self):
        tomorrow = fields.Date.add(fields.Date.today(), days=2)
        with self.assertRefused(
            "can't be negative", "has to be above 0 and at most one half", "ends before it begins", "can't reach into the future",
            error=ValidationError,
        ):
            self._create_capa(
                self.complaint, window_days=-1, significance_level=0.6, baseline_to=tomorrow,
                baseline_from=fields.Date.add(tomorrow, days=1), baseline_count=0, baseline_exposure=0,
            )

    def test_the_level_is_the_companys_unless_another_is_agreed(self):
        self.company.capa_significance_level = 0.1
        self.assertEqual(self._create_capa(self.complaint).significance_level, 0.1)
        self.assertEqual(self._create_capa(self.complaint, significance_level=0.01).significance_level, 0.01)

    # ------------------------------------------------------------ fixed beforehand
    def test_how_it_is_judged_is_fixed_once_it_is_carried_out(self):
        values = {
            "criterion": "Little rust", "check_product_ids": [Command.clear()], "recurrence_limit": 9, "window_days": 1,
            "significance_level": 0.4, "baseline_from": "2025-01-01", "baseline_to": "2025-02-01", "baseline_count": 99,
            "baseline_exposure": 1, "verification_required": False, "check_cause_id": self.env.ref("quality_complaint.cause_man").id,
        }
        planned = self._create_capa(self.complaint, capa_type="corrective")
        started = self._create_capa(self.complaint, capa_type="corrective")
        self._start(started)
        carried_out, done = self._observe(), self._carry_out()
        self._judge(done, "effective")
        for name, value in values.items():
            for capa in planned if name == "verification_required" else planned | started:
                capa.with_user(self.handler).write({name: value})
            for capa in carried_out | done:
                for user in self.handler | self.quality_manager | self.complaint_admin:
                    with self.subTest(name, state=capa.state, user=user.login), self.assertRefused("was fixed before it was carried out"):
                        capa.with_user(user).write({name: value})
        with self.assertRefused("was fixed before it was carried out"):
            (planned | carried_out).with_user(self.handler).write({"criterion": "None"})
        self.assertEqual(planned.criterion, "Little rust")

    def test_a_changed_complaint_does_not_change_what_was_agreed(self):
        capa = self._observe()
        self.complaint.with_user(self.handler).write({
            "line_ids": [Command.create({"product_id": self._create_product("Pliers").id})],
            "cause_ids": [Command.create({"name": "Rain", "is_root": True, "cause_id": self.env.ref("quality_complaint.cause_man").id})],
        })
        self.assertEqual((capa.check_product_ids, capa.check_cause_id.ids), (self.product, []))

    # ------------------------------------------------------------ what is observed
    def test_what_is_observed_begins_after_it_was_carried_out_and_ends_with_the_window(self):
        capa = self._observe()
        self.assertEqual(str(capa.window_end), WINDOW_END)
        for quantity, moment in (
            (1, DONE_ON), (10, "2026-03-02 10:00:01"), (100, WINDOW_END), (1000, "2026-04-01 10:00:01"),
        ):
            self._ship(quantity, moment)
            self._complain(moment)
        for now, expected in (("2026-03-20 10:00:00", (1, 10)), (WINDOW_END, (2, 110)), ("2026-06-01 10:00:00", (2, 110))):
            with self.subTest(now), self.at(now):
                capa.invalidate_recordset()
                self.assertEqual((capa.observed_count, capa.observed_exposure), expected)

    def test_the_verdict_that_is_proposed_says_why(self):
        for complaints, units, baseline, verdict, texts in (
            (0, 600, (9, 1100), "effective", ("0 complaints among 600 units", "against 9 among 1,100 before", "it worked")),
            (2, 1200, (9, 1100), "effective", ("2 complaints among 1,200 units", "is 2.3 %: it worked")),
            (5, 1200, (9, 1100), "inconclusive", ("5.0 % was agreed at most: it is not proven",)),
            (9, 1000, (9, 1100), "ineffective", ("not fewer for each unit than before",)),
            (9, 1000, (1, 1100), "ineffective", ("More than before",)),
            (0, 100, (9, 1100), "inconclusive", ("even no complaint at all could be chance",)),
            (0, 1200, (0, 1100), "inconclusive", ("nothing to compare with",)),
            (0, 1200, (9, 0), "inconclusive", ("nothing to compare with",)),
            (0, 0, (9, 1100), "inconclusive", ("Nothing was shipped since",)),
        ):
            count, exposure = baseline
            capa = self._observe(baseline_count=count, baseline_exposure=exposure)
            with self.subTest(complaints=complaints, units=units, baseline=baseline), self.at(WINDOW_END):
                proposed, note = capa._propose(complaints, units)
                self.assertEqual(proposed, verdict)
                for text in texts:
                    self.assertIn(text, note)

    def test_each_further_look_asks_for_a_stronger_proof(self):
        capa = self._observe()
        for day, again_on, verdict, text in (
            (WINDOW_END, "2026-05-01", "effective", "is 2.3 %: it worked"),
            ("2026-05-01 10:00:00", "2026-06-01", "effective", "it worked"),
            ("2026-06-01 10:00:00", "2026-07-01", "inconclusive", "1.7 % was agreed at most"),
        ):
            with self.subTest(day), self.at(day):
                proposed, note = capa._propose(2, 1200)
                self.assertEqual(proposed, verdict)
                self.assertIn(text, note)
                self._judge(capa, "inconclusive", again_on=again_on)
                self.assertEqual((capa.baseline_count, capa.baseline_exposure), (9, 1100), "what was agreed stays")
        with self.at("2026-07-01 10:00:00"):
            self._judge(capa, "ineffective")
        with self.at("2026-07-02 10:00:00"):
            self._do(capa)
        with self.at("2027-07-02 10:00:00"):
            self.assertEqual(capa._propose(2, 1200)[0], "effective", "what is done anew is looked at for the first time")

    def test_complaints_whose_cause_is_not_named_may_be_recurrences(self):
        weather, packaging = (self.env.ref(f"quality_complaint.cause_{name}") for name in ("transport_weather", "packaging"))
        capa, uncaused = self._observe(check_cause_id=weather.id), self._observe()
        complaint = self._complain("2026-03-10 10:00:00")
        self._complain("2026-04-01 10:00:01")
        self._complain("2026-03-10 10:00:00", line_ids=[Command.create({"product_id": self._create_product("Pliers").id})])
        with self.at(WINDOW_END):
            verdict, note = capa._propose(2, 1200)
            self.assertEqual(verdict, "inconclusive")
            self.assertIn("of 1 complaints about these products nobody has named the cause yet", note)
            self.assertEqual(capa._propose(0, 1200)[0], "effective", "one more would change nothing")
            self.assertEqual(uncaused._propose(2, 1200)[0], "effective", "of whatever cause, it is counted already")
            complaint.cause_ids = [Command.create({"name": "Torn", "cause_id": packaging.id})]
            self.assertEqual(capa._propose(2, 1200)[0], "effective")

    def test_nothing_is_proposed_before_the_window_is_over(self):
        capa = self._observe()
        for now, expected in (("2026-04-01 09:59:59", False), (WINDOW_END, "inconclusive")):
            with self.subTest(now), self.at(now):
                capa.invalidate_recordset()
                self.assertEqual(capa.proposed_verdict, expected)
                self.assertEqual("It is observed until" in capa.proposal_note, not expected)

    def test_where_nothing_can_be_counted_it_says_so(self):
        for values, text in (
            ({"window_days": 0}, "No observation was agreed"),
            ({"check_product_ids": [Command.clear()], "window_days": 30}, "It was not agreed which product or cause to watch"),
        ):
            complaint = self._move_to(self._create_complaint(), "investigation")
            complaint.with_user(self.handler).handling_opinion = "Cover"
            with self.at(DONE_ON):
                capa = self._create_capa(complaint, capa_type="corrective")
                capa.write(values)
                self._start(capa)
                self._do(capa)
            with self.subTest(text), self.at(WINDOW_END):
                capa.invalidate_recordset()
                self.assertFalse(capa.proposed_verdict)
                self.assertIn(text, capa.proposal_note)

    # ------------------------------------------------------------ the verdict on it
    def test_it_is_not_found_effective_before_the_window_is_over(self):
        capa = self._observe()
        with self.at("2026-03-20 10:00:00"):
            for verdict, values in (("effective", {}), ("inconclusive", {"accepted": True})):
                with self.subTest(verdict), self.assertRefused("It is observed until"):
                    capa.with_user(self.quality_manager)._give_verdict(verdict, "Looks good", **values)
            self._judge(capa, "ineffective", reason="Rust on each pallet")
            self.assertEqual(capa.state, "open")

    def test_the_verdict_keeps_the_numbers_and_what_was_proposed(self):
        capa = self._observe()
        for _number in range(2):
            self._complain("2026-03-10 10:00:00")
        self._ship(1200, "2026-03-10 10:00:00")
        with self.at(WINDOW_END):
            capa.invalidate_recordset()
            self._judge(capa, "inconclusive", reason="The winter was dry", again_on="2026-06-01")
        verdict = capa.verdict_ids
        self.assertEqual(
            (verdict.observed_count, verdict.observed_exposure, verdict.proposed_verdict, str(verdict.window_end)),
            (2, 1200, "effective", WINDOW_END),
        )
        self.assertIn("2 complaints among 1,200 units", verdict.proposal_note)
        self.assertEqual(str(capa.window_end), "2026-06-01 10:00:00")

    def test_units_that_are_not_in_odoo_are_entered_with_the_verdict(self):
        capa = self._observe()
        with self.at(WINDOW_END):
            form = self._open_verdict(capa)
            self.assertEqual(form.proposed_verdict, "inconclusive")
            form.observed_exposure = 1200
            self.assertEqual(form.proposed_verdict, "effective")
            form.verdict, form.reason = "effective", "Shipped by our agent"
            form.save().action_confirm()
        self.assertEqual((capa.state, capa.verdict_ids.observed_exposure, capa.verdict_ids.proposed_verdict), ("done", 1200, "effective"))

    # ------------------------------------------------------------ when it is due
    def _run_cron(self):
        """The scheduled action, within the test's transaction."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("quality_complaint.cron_ask_verdicts").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_the_verdict_is_asked_for_once_when_the_window_is_over(self):
        capa, later = self._observe(), self._observe(window_days=31)
        self.assertFalse(self._get_activities(capa))
        for now, asked in (("2026-04-01 09:59:59", 0), (WINDOW_END, 1), ("2026-04-01 11:00:00", 1)):
            with self.subTest(now), self.at(now):
                self._run_cron()
                self.assertEqual(len(self._get_activities(capa)), asked)
                self.assertEqual(self._get_told(capa, "To verify: Cover the pallets")[1], asked)
                self.assertEqual(bool(capa.check_asked_on), bool(asked))
                self.assertFalse(self._get_activities(later))
        activity = self._get_activities(capa)
        self.assertEqual(activity.user_id, self.quality_manager)
        self.assertIn("Nothing was shipped since", activity.note)
        with self.at("2026-04-02 10:00:00"):
            self._run_cron()
            self.assertTrue(self._get_activities(later))

    def test_one_that_cannot_be_asked_about_does_not_keep_the_others_waiting(self):
        broken, capa = self._observe(), self._observe()
        self.env.flush_all()
        self.env.cr.execute("UPDATE quality_capa SET baseline_exposure = 'NaN' WHERE id = %s", [broken.id])
        self.env.invalidate_all()
        with self.at(WINDOW_END), mute_logger("odoo.addons.quality_complaint.models.capa.quality_capa_effectiveness"):
            self._run_cron()
        self.assertTrue(self._get_activities(capa))

    def test_it_is_asked_again_when_the_window_is_extended(self):
        capa = self._observe()
        with self.at(WINDOW_END):
            self._run_cron()
            self._judge(capa, "inconclusive", again_on="2026-05-01")
            self.assertFalse(self._get_activities(capa))
        for now, asked in (("2026-05-01 09:59:59", False), ("2026-05-01 10:00:00", True)):
            with self.subTest(now), self.at(now):
                self._run_cron()
                self.assertEqual(bool(self._get_activities(capa)), asked)

    def test_the_window_of_the_verdict_shows_what_was_agreed(self):
        capa = self._observe(criterion="No rust on any set")
        with self.at(WINDOW_END):
            form = self._open_verdict(capa)
            self.assertEqual((form.criterion, form.result, form.is_counted, form.is_observed), ("No rust on any set", "<p>Covered</p>", True, False))
            self.assertIn("Nothing was shipped since", form.proposal_note)
