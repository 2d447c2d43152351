"""Set-up: what `./run` does before Keelson itself starts.

It runs on any Python 3.11 or newer with nothing installed, so it imports the standard library only and none of the four
packages. It makes `.venv`, brings the locked packages, the browser parts and, for tests, Chromium; all it keeps lies in
`.venv`, `.cache` and `webui/static/dist`. Work that was done is not done twice (`marks`), two set-ups never run at once
(`places.locked`), and every failure is a `Refused`: one sentence that says what to do.
"""
