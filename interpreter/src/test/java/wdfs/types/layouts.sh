#!/bin/sh
# Records what mingw-w64 makes of the structures in layouts.h under -mms-bitfields: writes layouts.csv to standard output.
#
#     apt-get install gcc-mingw-w64-x86-64
#     sh layouts.sh > ../../../resources/wdfs/types/layouts.csv
#
# Each structure stands alone between lines `//// NAME`; its members are found by a look at the text. The values are read
# out of the object file, so that nothing has to run. A bit-field has no offsetof: the bytes of an object whose field is
# all ones show where it lies.
set -e
cd "$(dirname "$0")"
CC=x86_64-w64-mingw32-gcc
TMP=$(mktemp -d)
python3 - "$TMP" <<'PY'
import re, subprocess, sys
tmp = sys.argv[1]
text = open('layouts.h').read()
parts = re.split(r'^//// (\w+)\n', text, flags=re.M)
prelude = '#include <stddef.h>\n' + parts[0]
print('struct,member,value')
def declared(body):
    # The outermost members, with their width if they are bit-fields.
    inner = body[body.index('{') + 1:body.rindex('}')]
    inner = re.sub(r'//.*', '', inner)
    depth, flat = 0, ''
    for c in inner:
        if c == '{': depth += 1
        if depth == 0: flat += c
        if c == '}': depth -= 1
    members = []
    for d in flat.split(';'):
        for m in d.split(','):
            m = m.strip()
            b = re.search(r'\w+\s+(\w+)\s*:\s*(\d+)\s*$', m)
            if b: members.append((b.group(1), int(b.group(2))))
            if ':' in m: continue
            a = re.search(r'(\w+)\s*(\[[^\]]*\]\s*)*$', re.sub(r'\(\s*\*\s*(\w+)\s*\)\s*\(.*\)', r'\1', m))
            if a and a.group(1) not in ('struct', 'union'): members.append((a.group(1), 0))
    return members
def record(source, symbols):
    open(tmp + '/x.c', 'w').write(source)
    subprocess.check_call(['x86_64-w64-mingw32-gcc', '-mms-bitfields', '-fms-extensions', '-w', '-O0', '-S', tmp + '/x.c', '-o', tmp + '/x.s'])
    lines = open(tmp + '/x.s').read().split('\n')
    values = {}
    for i, line in enumerate(lines):
        m = re.match(r'(\w+):$', line)
        if m and m.group(1) in symbols:
            v = []
            for l in lines[i + 1:]:
                w = re.match(r'\s+\.(long|quad|byte|short|word|value|space|zero)\s+(.*)$', l)
                if not w: break
                n = {'long': 4, 'quad': 8, 'byte': 1, 'short': 2, 'word': 2, 'value': 2}.get(w.group(1))
                if n: v.append(int(w.group(2)) & (1 << 8 * n) - 1 if n else 0); values.setdefault(m.group(1) + '#', []).append((n, v[-1]))
                elif w.group(1) in ('space', 'zero'): values.setdefault(m.group(1) + '#', []).append((int(w.group(2)), 0))
            values[m.group(1)] = v[0] if v else 0
    return values
for name, body in zip(parts[1::2], parts[2::2]):
    members = declared(body)
    source = prelude + ''.join('//// %s\n%s' % p for p in zip(parts[1::2], parts[2::2])).replace('////', '//')
    source += '\nlong long q_size = sizeof(%s); long long q_align = __alignof__(%s);\n' % (name, name)
    wanted = ['q_size', 'q_align']
    for m, w in members:
        if w: source += 'union { %s s; unsigned char b[sizeof(%s)]; } q_%s = { .s = { .%s = -1 } };\n' % (name, name, m, m)
        else: source += 'long long q_%s = offsetof(%s, %s);\n' % (m, name, m)
        wanted.append('q_' + m)
    v = record(source, wanted)
    print('%s,sizeof,%d' % (name, v['q_size']))
    print('%s,alignof,%d' % (name, v['q_align']))
    for m, w in members:
        if w:
            bits, at = 0, 0
            for n, x in v.get('q_%s#' % m, []):
                bits |= x << 8 * at
                at += n
            first = (bits & -bits).bit_length() - 1
            print('%s,%s,bit %d width %d' % (name, m, first, bin(bits).count('1')))
        else: print('%s,%s,%d' % (name, m, v['q_' + m]))
PY
rm -rf "$TMP"
