"""The published schemas: each has its address, is itself valid, and every example in it fits the place where it stands."""
import json
import unittest

from harness import ROOT, Case

try:
    import jsonschema
except ImportError:
    jsonschema = None


def examples_in(part, path=()):
    """(path, part of the schema, example) for every `examples` of a schema."""
    if isinstance(part, dict):
        if path[-1:] != ("properties",) and isinstance(part.get("examples"), list):
            for example in part["examples"]:
                yield path, part, example
        for key, value in part.items():
            if key not in ("examples", "enum", "const", "default"):
                yield from examples_in(value, (*path, key))
    elif isinstance(part, list):
        for i, value in enumerate(part):
            yield from examples_in(value, (*path, i))


@unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
class Schemas(Case):
    def setUp(self):
        super().setUp()
        names = self.check_exit(self.run_mooring("schema"), 0).out.split()
        self.schemas = {name: json.loads(self.check_exit(self.run_mooring("schema", name), 0).out) for name in names}

    def test_each_file_is_printed_byte_for_byte(self):
        files = {path.name.removesuffix(".schema.json"): path for path in (ROOT / "schema").glob("*.schema.json")}
        self.assertEqual(set(self.schemas), set(files))
        for name, path in files.items():
            self.assertEqual(self.run_mooring("schema", name).out, path.read_text())

    def test_each_has_its_address_and_obeys_its_own_schema(self):
        for name, schema in self.schemas.items():
            with self.subTest(name):
                self.assertEqual(schema["$id"], f"urn:mooring:schema:v1:{name}")
                self.assertEqual(schema["$schema"], "http://json-schema.org/draft-07/schema#")
                self.assertTrue(schema["title"] and schema["description"])
                jsonschema.Draft7Validator.check_schema(schema)

    def test_every_example_fits_the_place_where_it_stands(self):
        for name, schema in self.schemas.items():
            self.assertTrue(schema["examples"], f"{name} has no example of the whole")
            for path, part, example in examples_in(schema):
                with self.subTest(f"{name}: {'/'.join(map(str, path))}"):
                    whole = {**part, "definitions": schema.get("definitions", {})} if path else schema
                    whole.pop("$id", None) if path else None
                    jsonschema.Draft7Validator(whole).validate(example)


if __name__ == "__main__":
    unittest.main()
