#!/usr/bin/env python3
"""Names without linkage that would meet when the files of a folder are compiled together (MOORING_JOINED, cmake/MooringLibrary.cmake).

Two files of one target that define the same function, type or value in the same unnamed namespace build alone, and not together.
clang-format puts what stands at namespace level into the first column, which is all that is read here. Aliases that say the same are
allowed, as the language allows them; so are overloads.
  joined.py           every folder; exit 1 when names meet
  joined.py --test    checks itself
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ['agent/*', 'tests/unit/*', 'tests/contract', 'tests/portainer_double', 'tests/support', 'tests/walks']
SKIPPED = re.compile(r'(TEST|TEST_F|TEST_P|INSTANTIATE_\w+|#|//|}|public:|private:|protected:|"|\)|using namespace|R")')


def parameters(text):
    """The types of a parameter list, without names and default values."""
    out, depth, item = [], 0, ''
    for char in text + ',':
        if char == ',' and depth == 0:
            item = re.sub(r'\s*=.*', '', item.strip())
            out.append(re.sub(r'(?<=[\w>&*\]])\s+&?\w+$', '', item) if ' ' in item else item)
            item = ''
            continue
        depth += (char in '<({') - (char in '>)}')
        item += char
    return ','.join(out)


def named(declaration):
    """(name, what tells it from others of that name) of one declaration; None for what defines nothing."""
    text = re.sub(r'\[\[.*?\]\]', '', re.sub(r'\s+', ' ', declaration)).strip()
    text = re.sub(r'^template <.*?> (?=\w)', '', text)
    alias = re.match(r'(?:using|namespace) (\w+) = ', text)
    if alias:
        return alias[1], 'alias ' + text
    kind = re.match(r'(?:struct|class|enum class|enum|union|concept) (\w+)', text)
    if kind:
        return None if text.endswith(';') and '{' not in text else (kind[1], 'type')
    if text.startswith('using '):
        return None
    function = re.match(r'[^={]*?([\w:~]+|operator\S+) ?\(', text)
    if function:
        if '::' in function[1] or text.endswith(';') and '{' not in text and 'constexpr' not in text.split('(')[0]:
            return None
        depth, end = 1, function.end()
        while depth and end < len(text):
            depth += (text[end] == '(') - (text[end] == ')')
            end += 1
        return function[1], f'({parameters(text[function.end():end - 1])})'
    value = re.match(r'[^={]*?(\w+)(?:\[.*?\])?(?: =|{|;)', text)
    return (value[1], 'value') if value else None


def declarations(text):
    """(namespace, declaration) of everything in unnamed namespaces."""
    text = re.sub(r'R"([^()\s]*)\(.*?\)\1"', '""', text, flags=re.S)
    spaces, current = [], ''
    for line in text.splitlines():
        line = re.sub(r'\s*//(?! namespace).*', '', line)
        opened = re.match(r'(?:inline )?namespace ?([\w:]*) {$', line)
        if opened:
            spaces.append(opened[1])
            continue
        if re.match(r'} // namespace', line):
            spaces.pop()
            continue
        if '' not in spaces:
            continue
        if not current and (not line or line[0].isspace() or SKIPPED.match(line)):
            continue
        current += ' ' + line
        if line.endswith(('{', ';', '}')) or line.endswith('{}'):
            yield '::'.join(spaces), current
            current = ''


def may_meet(one, other):
    """Overloads may, and aliases of the same."""
    return one != other if one.startswith('(') and other.startswith('(') else one == other and one.startswith('alias ')


def meetings(files):
    """{name: files} of what two of {file: text} define."""
    seen, out = collections.defaultdict(list), {}
    for file, text in files.items():
        for space, declaration in declarations(text):
            found = named(declaration)
            for other, kind in seen[(space, found[0])] if found else []:
                if other != file and not may_meet(kind, found[1]):
                    out.setdefault(found[0], {other}).add(file)
            if found:
                seen[(space, found[0])].append((file, found[1]))
    return out


def test():
    def meet(one, two):
        return list(meetings({'a': f'namespace m {{\nnamespace {{\n{one}\n}} // namespace\n', 'b': f'namespace m {{\nnamespace {{\n{two}\n}} // namespace\n'}))
    assert meet('bool is_a(char c) {\n    return c;\n}', 'bool is_a(char other) {\n}') == ['is_a']
    assert meet('bool line(char c) {\n}', 'struct line {\n};') == ['line']
    assert meet('bool is_a(char c) {\n}', 'bool is_a(int c) {\n}') == []
    assert meet('namespace fs = std::filesystem;', 'namespace fs = std::filesystem;') == []
    assert meet('using Json = nlohmann::json;', 'using Json = nlohmann::ordered_json;') == ['Json']
    assert meet('struct Line {\n    int a;\n};', 'enum class Line { a, b };') == ['Line']
    assert meet('constexpr int most = 3;', 'constexpr auto most = std::to_array<int>({1});') == ['most']
    assert meet('void Check::run(int a) {\n}', 'void Check::run(int a) {\n}') == []
    assert meet('int f(std::map<int, int> a, int b = 3);', 'int f(std::map<int, int> a, int b) {\n}') == []


def main():
    test()
    if '--test' in sys.argv:
        return 0
    bad = 0
    for folder in sorted(folder for pattern in FOLDERS for folder in ROOT.glob(pattern)):
        files = {path.name: path.read_text(encoding='utf-8') for path in sorted(folder.glob('*.cpp'))}
        for name, places in meetings(files).items():
            print(f'{folder.relative_to(ROOT)}: {name} is defined in {" and ".join(sorted(places))}: give them different names, or one place')
            bad += 1
    print(f'joined: {bad} names meet' if bad else 'joined: no two files of a folder define the same name')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
