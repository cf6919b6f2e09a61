/// Tokens of the language: C's, and those of scripts. Contextual words (`driver`, `queue`, …) are tokens of their own that
/// the parser's rule `name` takes back as identifiers; `wdfs.syntax.TypeNames` turns identifiers that name types into
/// `TypeName` before the parser runs, and handles the lines that begin with `#`.
lexer grammar WdfsLexer;

tokens { TypeName, Form, PpDefine, PpEnd, PpInclude, ExpectErrorBlock, Interpolated }

// ---- C's keywords: reserved --------------------------------------------------------------------------------------
Auto: 'auto'; Break: 'break'; Case: 'case'; Char: 'char'; Const: 'const' | 'CONST'; Continue: 'continue'; Default: 'default';
Do: 'do'; Double: 'double'; Else: 'else'; Enum: 'enum'; Extern: 'extern'; Float: 'float'; For: 'for'; Goto: 'goto'; If: 'if';
Inline: 'inline' | '__inline' | '__forceinline' | 'FORCEINLINE'; Int: 'int'; Long: 'long'; Register: 'register'; Return: 'return';
Short: 'short'; Signed: 'signed'; Sizeof: 'sizeof'; Static: 'static'; Struct: 'struct'; Switch: 'switch'; Typedef: 'typedef';
Union: 'union'; Unsigned: 'unsigned'; Void: 'void'; Volatile: 'volatile'; While: 'while'; Int64: '__int64'; Int32: '__int32';
Int16: '__int16'; Int8: '__int8'; Bool: '_Bool' | 'bool';
Try: '__try'; Except: '__except'; Finally: '__finally'; Leave: '__leave';

// ---- contextual words ----------------------------------------------------------------------------------------------
DRIVER: 'driver'; DEVICE: 'device'; QUEUE: 'queue'; TIMER: 'timer'; LOOKASIDE: 'lookaside'; INTERRUPT: 'interrupt';
CONTEXT: 'context'; IOCTL: 'ioctl'; HANDLE_WORD: 'handle'; PROCESS: 'process'; THREAD: 'thread'; TEST: 'test';
HARDWARE: 'hardware'; DEVNODE: 'devnode'; REGISTERS: 'registers'; ON: 'on'; AFTER: 'after'; AS: 'as'; CONTROL: 'control';
IMPORT: 'import'; VAR: 'var'; EXPECT: 'expect'; IN_WORD: 'in'; RAISE: 'raise'; LOWER: 'lower'; INTERNAL: 'internal';
SEQUENTIAL: 'sequential'; PARALLEL: 'parallel'; MANUAL: 'manual'; KMDF: 'kmdf'; UMDF: 'umdf'; WDM: 'wdm';
BUGCHECK: 'bugcheck'; VIOLATION: 'violation'; HOST_KILL: 'host_kill';
WORK_ITEM: 'work_item'; DPC: 'dpc'; SPIN_LOCK: 'spin_lock'; WAIT_LOCK: 'wait_lock'; DMA_ENABLER: 'dma_enabler';

/// `_In_reads_`, `_IRQL_requires_max_`: SAL. The words without underscores (`IN`, `OPTIONAL`, …) are dropped by TypeNames.
Sal: '_' [A-Z] [A-Za-z0-9_]* '_';

Identifier: [A-Za-z_$] [A-Za-z0-9_$]*;

// ---- literals ------------------------------------------------------------------------------------------------------
fragment Digits: [0-9] [0-9_]*;
Duration: Digits ('ns' | 'us' | 'ms' | 's');
SizeLiteral: Digits ('KiB' | 'MiB' | 'GiB');
IntLiteral: ('0' [xX] [0-9A-Fa-f_]+ | '0' [bB] [01_]+ | Digits) IntSuffix?;
fragment IntSuffix: [uU] ([lL] [lL]? | 'i64')? | [lL] [lL]? [uU]? | 'i64' | 'ui64';
VersionLiteral: Digits '.' Digits;
fragment Escape: '\\' . ;
CharLiteral: 'L'? '\'' (Escape | ~['\\\r\n])+ '\'';
StringLiteral: 'L'? '"' (Escape | ~["\\\r\n])* '"';
BytesLiteral: 'x"' ~["\r\n]* '"';
/// The rest of an interpolated string is read by hand: holes nest, and a lexer's rule that calls itself takes a time that
/// grows with the square of what does not close.
InterpolatedOpen: '$"';

// ---- punctuation -----------------------------------------------------------------------------------------------------
Ellipsis: '...'; DotDot: '..';
Arrow: '->'; Inc: '++'; Dec: '--'; ShlAssign: '<<='; ShrAssign: '>>='; Shl: '<<'; Shr: '>>';
Le: '<='; Ge: '>='; Eq: '=='; Ne: '!='; AndAnd: '&&'; OrOr: '||';
MulAssign: '*='; DivAssign: '/='; ModAssign: '%='; AddAssign: '+='; SubAssign: '-='; AndAssign: '&='; XorAssign: '^='; OrAssign: '|=';
LParen: '('; RParen: ')'; LBracket: '['; RBracket: ']'; LBrace: '{'; RBrace: '}';
Lt: '<'; Gt: '>'; Plus: '+'; Minus: '-'; Star: '*'; Div: '/'; Mod: '%'; And: '&'; Or: '|'; Caret: '^'; Not: '!'; Tilde: '~';
Question: '?'; Colon: ':'; Semi: ';'; Comma: ','; Assign: '='; Dot: '.';

PpLine: '#' ('\\' '\r'? '\n' | ~[\r\n])*;

DocComment: '///' ~[\r\n]* -> channel(2);
LineComment: '//' ~[\r\n]* -> skip;
/// Closed or not: of two rules the longer match would win, and every comment would reach to the end of the file.
BlockComment: '/*' .*? ('*/' | EOF) -> channel(3);
Space: [ \t\r\n\u000B\u000C\uFEFF]+ -> skip;
LineJoin: '\\' '\r'? '\n' -> skip;
OpenString: 'L'? '"' (Escape | ~["\\\r\n])*;
Other: . ;
