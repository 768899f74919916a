from odoo import api, fields, models
from odoo.exceptions import UserError


class ReturnPickupMissed(models.TransientModel):
    """Nobody was at home: why, and when somebody goes there again."""

    _name = "return.pickup.missed"
    _description = "New Appointment of a Pick-up"

    return_id = fields.Many2one("return.order", required=True)
    reason = fields.Text(required=True)
    pickup_date = fields.Datetime("New Appointment", required=True)
    pickup_until = fields.Datetime("Until", compute="_compute_pickup_until", store=True, readonly=False, required=True, precompute=True)
    driver_id = fields.Many2one(
        "res.users", compute="_compute_driver_id", compute_sudo=False, store=True, readonly=False, precompute=True,
        domain=lambda self: self.env["return.order"]._get_driver_domain(),
    )

    @api.depends("pickup_date")
    def _compute_pickup_until(self):
        for missed in self:
            missed.pickup_until = missed.pickup_date and fields.Datetime.add(missed.pickup_date, hours=1)

    @api.depends("return_id")
    def _compute_driver_id(self):
        for missed in self:
            missed.driver_id = missed.return_id.driver_id

    @api.constrains("return_id")
    def _check_return(self):
        """Whoever names a return sees it."""
        self.return_id.check_access("read")

    def action_confirm(self):
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why it was not picked up."))
        # the move deletes activities, which empties the cache that this window's record would be read by
        self.return_id.with_prefetch()._miss_pickup(self.reason, self.pickup_date, self.pickup_until, self.driver_id)
