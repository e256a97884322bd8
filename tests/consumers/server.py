"""The application under test: starts the executable on a free port, stops it, and talks to it."""

import os
import pathlib
import re
import subprocess
import time
import urllib.parse

import lxml.html
import requests

FOLDER = pathlib.Path(__file__).parent
ROOT = FOLDER.parent.parent
BINARY = pathlib.Path(os.environ.get("BINARY") or ROOT / "target/debug/engaging-with-families").resolve()
# The tests are about the project, not about the settings of the person who runs them.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("EWF_")}
ENVIRONMENT |= {"EWF_NO_LINK_CHECKS": "true", "EWF_NO_SNAPSHOTS": "true"}


def run(data, *arguments, **options):
    """One of the executable's other commands, on the same data folder."""
    command = [BINARY, "--data", data, *arguments]
    return subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True, **options)


class Server:
    """A running server. Its answers do not follow redirects unless a test says so."""

    def __init__(self, data, *options, **environment):
        self.data = pathlib.Path(data)
        self.log = self.data.with_name(self.data.name + ".log")
        command = [BINARY, "--data", data, "--listen", "127.0.0.1:0", *options, "serve"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, env=ENVIRONMENT | environment, stdout=log, stderr=log)
        self.base = self._address()
        self.session = requests.Session()

    def _address(self, seconds=120):
        for _ in range(seconds * 10):
            found = re.search(r"Serving .* on (http://\S+)", self.log.read_text())
            if found:
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.process.kill()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")

    def url(self, path):
        return urllib.parse.urljoin(self.base, path)

    def ask(self, path, method="GET", **options):
        """Any answer. `path` may be a whole address."""
        options.setdefault("allow_redirects", False)
        return self.session.request(method, self.url(path), timeout=60, **options)

    def get(self, path, kind=None, **headers):
        """An answer that must be there, of the media type `kind`."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.ask(path, headers=headers, allow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        if kind:
            assert media_type(answer) == kind, path
        # Everything is UTF-8, also where the type does not say so and requests would guess.
        answer.encoding = "utf-8"
        return answer

    def json(self, path):
        return self.get(path).json()

    def page(self, path):
        return lxml.html.fromstring(self.get(path, "text/html").content, base_url=self.url(path))

    def wait_until(self, holds, otherwise, seconds=30):
        """Until something holds, which the server brings about by itself."""
        for _ in range(seconds * 10):
            if holds():
                return
            time.sleep(0.1)
        raise AssertionError(otherwise)

    def stop(self):
        self.process.terminate()
        assert self.process.wait(20) == 0, self.log.read_text()[-2000:]


class Editor:
    """Somebody with an account, logged in through the form as a browser would."""

    PASSWORD = "seven kettles in the orchard"

    def __init__(self, server, login):
        run(
            server.data, "person", "add", login, "--name", "Eve Example", "--role", "editor", "--password-stdin",
            input=self.PASSWORD,
        )
        self.server = server
        self.session = requests.Session()
        self.session.headers["Origin"] = server.base
        self._submit("/log-in", "/log-in", login=login, password=self.PASSWORD)

    def withdraw(self, record, reason):
        page = f"/admin/records/{record}/withdraw"
        self._submit(page, page, reason=reason)

    def rename(self, page, slug):
        """Saves the form of a record with another address and nothing else changed."""
        shown = lxml.html.fromstring(self.session.get(self.server.url(page), timeout=60).content)
        [form] = [form for form in shown.forms if "slug" in form.fields]
        fields = [(name, value) for name, value in form.form_values() if name != "slug"]
        answer = self.session.post(
            self.server.url(form.action), data=[*fields, ("slug", slug)], allow_redirects=False, timeout=60
        )
        assert answer.status_code == 303, answer.text

    def _submit(self, page, action, **fields):
        """Sends the form of a page with the token that it shows; 303 says that it was taken."""
        shown = lxml.html.fromstring(self.session.get(self.server.url(page), timeout=60).content)
        fields["token"] = shown.xpath('string(//input[@name="token"]/@value)')
        answer = self.session.post(self.server.url(action), data=fields, allow_redirects=False, timeout=60)
        assert answer.status_code == 303, answer.text


def media_type(answer):
    return answer.headers["content-type"].split(";")[0].strip()


def slugs(records):
    """The names of records, or of what a record links to."""
    return [record["slug"] for record in records]


def kind_of(study):
    """The slug of a study's publication type; None unless it was coded."""
    term = study["publication_type"]["term"]
    return term and term["slug"]


def spaces(text):
    """Text with single blanks, as a reader sees it."""
    return " ".join(text.split())
