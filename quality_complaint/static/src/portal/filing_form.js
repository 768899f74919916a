import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";

const MEGABYTE = 1024 * 1024;

/**
 * The form with which a customer files a complaint or another request. It works without this as well; with it, photos add up one by one,
 * too large ones are said before they are sent, it is sent once, and nothing that was typed or chosen is lost when
 * something is wrong or the connection breaks.
 */
export class FilingForm extends Interaction {
    static selector = ".o_quality_form";
    dynamicContent = {
        _root: { "t-on-submit.prevent": this.send },
        ".o_complaint_add_demand": { "t-on-click": this.addDemand },
        ".o_quality_file_input": { "t-on-change.withTarget": this.addFiles },
        ".o_quality_files": { "t-on-click": this.removeFile },
    };

    setup() {
        this.files = [];
        this.pagePath = new RegExp(`${this.el.getAttribute("action").replace(/\/new$/, "")}/\\d+$`);
        this.maxFiles = parseInt(this.el.dataset.maxFiles);
        this.maxFileSize = parseInt(this.el.dataset.maxFileSize);
    }

    addDemand() {
        const demandsEl = this.el.querySelector(".o_complaint_demands");
        const inputEl = demandsEl.lastElementChild.cloneNode();
        inputEl.value = "";
        demandsEl.append(inputEl);
        inputEl.focus();
    }

    addFiles(ev, inputEl) {
        this.files.push(...inputEl.files);
        inputEl.value = "";
        this.showFiles();
    }

    removeFile(ev) {
        const buttonEl = ev.target.closest("button");
        if (buttonEl) {
            this.files.splice(parseInt(buttonEl.dataset.index), 1);
            this.showFiles();
        }
    }

    showFiles() {
        this.el.querySelector(".o_quality_files").replaceChildren(
            ...this.files.map((file, index) => {
                const itemEl = document.createElement("li");
                itemEl.className = "d-flex align-items-center gap-2";
                const nameEl = document.createElement("span");
                nameEl.className = "text-break";
                nameEl.textContent = `${file.name} (${this.formatSize(file.size)})`;
                const removeEl = document.createElement("button");
                removeEl.type = "button";
                removeEl.className = "btn btn-link text-danger p-1";
                removeEl.dataset.index = index;
                removeEl.title = _t("Remove");
                removeEl.setAttribute("aria-label", _t("Remove %s", file.name));
                removeEl.innerHTML = '<i class="fa fa-times" aria-hidden="true"></i>';
                itemEl.append(nameEl, removeEl);
                if (file.size > this.maxFileSize) {
                    nameEl.classList.add("text-danger");
                }
                return itemEl;
            })
        );
    }

    formatSize(size) {
        return size < MEGABYTE ? `${Math.ceil(size / 1024)} kB` : `${(size / MEGABYTE).toFixed(1)} MB`;
    }

    getFileProblems() {
        const problems = this.files
            .filter((file) => file.size > this.maxFileSize)
            .map((file) =>
                _t("%(name)s has %(size)s: a file may have %(limit)s at most.", {
                    name: file.name,
                    size: this.formatSize(file.size),
                    limit: this.formatSize(this.maxFileSize),
                })
            );
        if (this.files.length > this.maxFiles) {
            problems.push(_t("Choose %s files at most, and send the others with a message afterwards.", this.maxFiles));
        }
        return problems;
    }

    async send() {
        if (this.isSending) {
            return;
        }
        const problems = this.getFileProblems();
        if (problems.length) {
            return this.showProblems(problems);
        }
        const buttonEl = this.el.querySelector("button[type=submit]");
        this.isSending = true;
        buttonEl.disabled = true;
        try {
            if (this.isLoggedOut) {
                await this.waitFor(this.renewToken());
            }
            const data = new FormData(this.el);
            data.delete("files");
            this.files.forEach((file) => data.append("files", file, file.name));
            const response = await this.waitFor(fetch(this.el.action, { method: "POST", body: data }));
            await this.waitFor(this.receive(response));
        } catch {
            this.showProblems([_t("There is no connection. What you typed is still here: please send it again.")]);
        } finally {
            if (!this.isFiled) {
                this.isSending = false;
                buttonEl.disabled = false;
            }
        }
    }

    async receive(response) {
        const path = new URL(response.url).pathname;
        if (response.redirected && this.pagePath.test(path)) {
            this.isFiled = true;
            window.location = response.url;
            return;
        }
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const problemsEl = page.querySelector(".o_quality_problems");
        if (problemsEl) {
            this.el.querySelector(".o_quality_problems").replaceWith(problemsEl);
            this.focusProblems();
        } else if (response.status === 413) {
            this.showProblems([_t("Your files are too large to be sent at once. Choose fewer or smaller ones.")]);
        } else {
            this.isLoggedOut = true;
            this.showProblems([
                _t("It could not be sent, perhaps because you were logged out. Log in again in another tab, then send it from here."),
            ]);
        }
    }

    /** Who has logged in again has a new session: the form takes its token. */
    async renewToken() {
        const about = [...new FormData(this.el)].filter(([name]) => ["order_id", "no_order"].includes(name));
        const response = await fetch(`${this.el.action}?${new URLSearchParams(about)}`);
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const tokenEl = page.querySelector(".o_quality_form input[name=csrf_token]");
        if (tokenEl) {
            this.el.querySelector("input[name=csrf_token]").value = tokenEl.value;
        }
    }

    showProblems(problems) {
        const alertEl = document.createElement("div");
        alertEl.className = "alert alert-danger";
        alertEl.setAttribute("role", "alert");
        alertEl.tabIndex = -1;
        const listEl = document.createElement("ul");
        listEl.className = "mb-0";
        listEl.append(
            ...problems.map((problem) => {
                const itemEl = document.createElement("li");
                itemEl.textContent = problem;
                return itemEl;
            })
        );
        alertEl.append(listEl);
        this.el.querySelector(".o_quality_problems").replaceChildren(alertEl);
        this.focusProblems();
    }

    focusProblems() {
        const alertEl = this.el.querySelector(".o_quality_problems .alert");
        alertEl.focus();
        alertEl.scrollIntoView({ block: "center" });
    }
}

registry.category("public.interactions").add("quality_complaint.filing_form", FilingForm);
