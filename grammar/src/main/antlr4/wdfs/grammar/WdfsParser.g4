/// The language. Whether an identifier names a type is settled before (token `TypeName`), so that C's `(a)(b)` and
/// `a * b;` need no guess here. The grammar accepts a little more than the language: the checker refuses it in better
/// words.
parser grammar WdfsParser;

options { tokenVocab = WdfsLexer; }

unit: topLevel* EOF;

/// What is typed in a session: statements; the parser gives the last one its semicolon.
inputLines: statement* EOF;

topLevel
    : IMPORT (StringLiteral | Lt importPath Gt) Semi                    # importDecl
    | PpInclude                                                         # includeLine
    | PpDefine anyName defineValue? PpEnd                               # defineLine
    | ioctl                                                             # ioctlTop
    | DRIVER anyName framework VersionLiteral? LBrace driverMember* RBrace   # driverDecl
    | HARDWARE anyName LBrace hardwareMember* RBrace                    # hardwareDecl
    | DEVNODE anyName LBrace property* RBrace                           # devnodeDecl
    | process                                                           # processTop
    | TEST StringLiteral compound                                       # testDecl
    | context                                                           # contextTop
    | declaration                                                       # declarationTop
    | form Semi?                                                        # formTop
    | Extern StringLiteral LBrace topLevel* RBrace                      # externC
    | Semi                                                              # emptyTop
    ;

importPath: (~(Gt | Semi))+;
defineValue: expression;
framework: KMDF | UMDF | WDM | Identifier;
process: PROCESS anyName (AFTER anyName)? compound;

ioctl
    : IOCTL anyName LBrace property* RBrace                             # ioctlBlock
    | IOCTL anyName Assign expression Semi                              # ioctlCode
    ;

/// `context NAME as ACCESSOR { members }`
context: CONTEXT anyName (AS anyName)? LBrace structMember* RBrace Semi?;

driverMember
    : context                                                           # driverContext
    | DEVICE anyName CONTROL? LBrace deviceMember* RBrace               # deviceDecl
    | member                                                            # driverOther
    ;

deviceMember
    : QUEUE anyName queueDispatch (AS anyName)? (LBrace member* RBrace | Semi)   # queueDecl
    | objectKind anyName (AS anyName)? clause* (LBrace member* RBrace | Semi)    # objectDecl
    | member                                                            # deviceOther
    ;

queueDispatch: SEQUENTIAL | PARALLEL | MANUAL | Identifier;
objectKind: TIMER | LOOKASIDE | INTERRUPT | WORK_ITEM | DPC | SPIN_LOCK | WAIT_LOCK | DMA_ENABLER;
clause: name primaryValue?;
primaryValue: literal | TypeName | Identifier | LParen expression RParen;

/// What stands in drivers, devices, queues and other objects.
member
    : PpDefine anyName defineValue? PpEnd                               # memberDefine
    | HANDLE_WORD INTERNAL? anyName LParen callbackParameters? RParen compound   # handleDecl
    | name LParen callbackParameters? RParen compound                   # callbackBody
    | name Assign expression Semi                                       # callbackFunction
    | declaration                                                       # memberDeclaration
    | property                                                          # memberProperty
    | form Semi?                                                        # memberForm
    | Semi                                                              # memberEmpty
    ;

callbackParameters: callbackParameter (Comma callbackParameter)*;
callbackParameter: declSpec+ declarator | name;

property
    : name LBrace (property | directive)* RBrace                        # propertyBlock
    | name (propertyValue (Comma propertyValue)*)? Semi                 # propertyLine
    ;
propertyValue: typeName | assignment;

/// `UmdfHostProcessSharing = ProcessSharingDisabled;`, as in the DDInstall.WDF section of an INF file.
directive: name Assign directiveValue (Comma directiveValue)* Semi;
directiveValue: anyName | VersionLiteral (Dot IntLiteral)? | StringLiteral;

hardwareMember
    : REGISTERS name LBrace register* RBrace                            # registersDecl
    | INTERRUPT anyName clause* Semi                                    # hardwareInterrupt
    | ON name name? onParameters? compound                              # onEvent
    | declaration                                                       # hardwareDeclaration
    | property                                                          # hardwareProperty
    ;
onParameters: LParen (name (Comma name)*)? RParen;
register: literal anyName typeName registerFlag* (Assign conditional)? (LBrace registerField* RBrace | Semi);
registerFlag: name (LParen conditional RParen)?;
registerField: anyName Colon conditional (DotDot conditional)? registerFlag* (Assign conditional)? Semi;

// ---- C declarations ----------------------------------------------------------------------------------------------------

declaration: attributes? declSpec+ (Semi | initDeclarator (compound | (Comma initDeclarator)* Semi));

attributes: LBracket LBracket attribute (Comma attribute)* RBracket RBracket;
attribute: anyName (LParen balanced* RParen)?;
balanced: LParen balanced* RParen | LBracket balanced* RBracket | ~(LParen | RParen | LBracket | RBracket | LBrace | RBrace | Semi);

declSpec: storage | qualifier | typeSpec | sal;
storage: Typedef | Extern | Static | Auto | Register | Inline;
qualifier: Const | Volatile;
sal: Sal (LParen balanced* RParen)?;
typeSpec
    : Void | Char | Short | Int | Long | Signed | Unsigned | Int64 | Int32 | Int16 | Int8 | Bool | Float | Double
    | VAR
    | structSpec | enumSpec | TypeName;

structSpec: (Struct | Union) attributes? (anyName? LBrace structMember* RBrace | anyName);
structMember
    : attributes? declSpec+ (structDeclarator (Comma structDeclarator)*)? Semi
    | PpDefine anyName defineValue? PpEnd
    ;
structDeclarator: declarator (Colon conditional)? | Colon conditional;
enumSpec: Enum (anyName? LBrace enumerator (Comma enumerator)* Comma? RBrace | anyName);
enumerator: anyName (Assign conditional)?;

initDeclarator: declarator sal* (Assign initializer)?;
declarator: pointer* directDeclarator;
pointer: Star (qualifier | sal)*;
directDeclarator
    : anyNameOrCall                                                     # nameDeclarator
    | LParen declarator RParen                                          # parenDeclarator
    | directDeclarator LBracket expression? RBracket                    # arrayDeclarator
    | directDeclarator LParen parameters? RParen                        # functionDeclarator
    ;
anyNameOrCall: name;
parameters: parameter (Comma parameter)* (Comma Ellipsis)?;
parameter: declSpec+ (declarator | abstractDeclarator)? (Assign assignment)?;
typeName: declSpec+ abstractDeclarator?;
abstractDeclarator: pointer+ directAbstract? | directAbstract;
directAbstract
    : LParen abstractDeclarator RParen                                  # abstractParen
    | LBracket expression? RBracket                                     # abstractArray
    | LParen parameters? RParen                                         # abstractFunction
    | directAbstract LBracket expression? RBracket                      # abstractArrayOf
    | directAbstract LParen parameters? RParen                          # abstractFunctionOf
    ;

initializer: assignment | braces;
braces: LBrace (initItem (Comma initItem)* Comma?)? RBrace;
initItem: (designator+ Assign | anyName Colon)? initializer;
designator: Dot anyName | LBracket conditional RBracket;

// ---- statements ------------------------------------------------------------------------------------------------------

compound: LBrace statement* RBrace;

statement
    : compound                                                          # blockStatement
    | Case expression Colon                                             # caseStatement
    | Default Colon                                                     # defaultStatement
    | anyName Colon                                                     # labelStatement
    | If LParen expression RParen statement (Else statement)?           # ifStatement
    | Switch LParen expression RParen statement                         # switchStatement
    | While LParen expression RParen statement                          # whileStatement
    | Do statement While LParen expression RParen Semi                  # doStatement
    | For LParen name IN_WORD expression RParen statement               # forInStatement
    | For LParen (declaration | expression? Semi) expression? Semi expression? RParen statement   # forStatement
    | Goto anyName Semi                                                 # gotoStatement
    | Continue Semi                                                     # continueStatement
    | Break Semi                                                        # breakStatement
    | Return expression? Semi                                           # returnStatement
    | Leave Semi                                                        # leaveStatement
    | Try compound (Except LParen expression RParen compound | Finally compound)   # tryStatement
    | PpDefine anyName defineValue? PpEnd                               # defineStatement
    | EXPECT eventKind anyName (LParen eventParameter (Comma eventParameter)* RParen)? compound   # expectEvent
    | ExpectErrorBlock                                                  # expectError
    | EXPECT expression Semi                                            # expectStatement
    | THREAD compound                                                   # threadStatement
    | process                                                           # processStatement
    | AFTER conditional compound                                        # afterStatement
    | (RAISE | LOWER) name (LBracket expression RBracket)? Semi         # lineStatement
    | declaration                                                       # declarationStatement
    | expression Semi                                                   # expressionStatement
    | Semi                                                              # emptyStatement
    ;

eventKind: BUGCHECK | VIOLATION | HOST_KILL;
eventParameter: conditional;

// ---- expressions -----------------------------------------------------------------------------------------------------

expression: assignment (Comma assignment)*;

assignment: conditional ((Assign | MulAssign | DivAssign | ModAssign | AddAssign | SubAssign | ShlAssign | ShrAssign | AndAssign | XorAssign | OrAssign) assignment)?;

conditional: binary (Question expression Colon conditional)?;

/// One flat list of operands and operators; the parser's Java side climbs the precedences, which keeps the tree and the
/// prediction small.
binary: unary (binaryOperator unary)*;
binaryOperator
    : Star | Div | Mod | Plus | Minus | Shl | Shr | Lt | Gt | Le | Ge | Eq | Ne | And | Caret | Or | AndAnd | OrOr;

unary
    : (Inc | Dec | And | Star | Plus | Minus | Tilde | Not) unary       # prefixExpression
    | Sizeof LParen typeName RParen                                     # sizeofType
    | Sizeof unary                                                      # sizeofExpression
    | LParen typeName RParen braces postfix*                            # compoundLiteral
    | LParen typeName RParen unary                                      # castExpression
    | primary postfix*                                                  # postfixExpression
    ;

postfix
    : LBracket expression RBracket                                      # indexPostfix
    | LParen (argument (Comma argument)*)? RParen                       # callPostfix
    | (Dot | Arrow) anyName                                             # memberPostfix
    | (Inc | Dec)                                                       # incDecPostfix
    ;

argument: (anyName Colon)? assignment;

primary
    : literal                                                           # literalPrimary
    | form                                                              # formPrimary
    | name                                                              # namePrimary
    | TypeName braces                                                   # scriptCompound
    | THREAD compound                                                   # threadPrimary
    | LParen expression RParen                                          # parenPrimary
    | LBracket (assignment (Comma assignment)* Comma?)? RBracket        # listPrimary
    ;

literal
    : IntLiteral | SizeLiteral | Duration | VersionLiteral | CharLiteral | StringLiteral+ | BytesLiteral | Interpolated;

/// A form takes types and member names as arguments: `TypeNames` marks its name by the token type `Form`.
form: Form LParen (formArgument (Comma formArgument)*)? RParen;
formArgument: typeName | assignment;

// ---- names -------------------------------------------------------------------------------------------------------------

/// An identifier where an expression, a declarator or a member may stand: every contextual word is one, too.
/// The words var, thread, expect, in, raise and lower are missing: the pass between lexer and parser has made identifiers
/// of them wherever they are no keywords.
name
    : Identifier
    | DRIVER | DEVICE | QUEUE | TIMER | LOOKASIDE | INTERRUPT | CONTEXT | IOCTL | HANDLE_WORD | PROCESS | TEST
    | HARDWARE | DEVNODE | REGISTERS | ON | AFTER | AS | CONTROL | IMPORT | INTERNAL
    | SEQUENTIAL | PARALLEL | MANUAL | KMDF | UMDF | WDM | BUGCHECK | VIOLATION | HOST_KILL
    | WORK_ITEM | DPC | SPIN_LOCK | WAIT_LOCK | DMA_ENABLER
    ;

/// Where only a name can stand (behind `.`, as a tag, a label, a designator), a type's name is one as well.
anyName: name | TypeName | Form;
