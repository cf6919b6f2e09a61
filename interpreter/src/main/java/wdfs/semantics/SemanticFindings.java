package wdfs.semantics;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import wdfs.diagnostics.Diagnostic;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.source.Span;
import wdfs.types.Type;

/// The findings of the checker, LANG-101 and above: the only place where their words stand. Those of one code are one
/// kind of mistake, and have one page.
final class SemanticFindings {
    private SemanticFindings() {}

    static Diagnostic unknownName(Span span, String name, List<String> near) {
        return near(Diagnostic.error("LANG-101", span, "nothing here is called %s", name), near);
    }

    static Diagnostic unknownFunction(Span span, String name, List<String> near) {
        return near(Diagnostic.error("LANG-101", span, "there is no function %s", name), near);
    }

    static Diagnostic localOfAnother(Span span, String name, Span declared) {
        return Diagnostic.error("LANG-101", span, "%s is a local variable of the code around this function, which cannot see it",
                name).label(declared, "declared here")
                .help("pass it as an argument");
    }

    static Diagnostic otherPart(Span span, String function, String name, String wanted, Symbol.Entry.Kind kind) {
        String is = kind.name().toLowerCase(java.util.Locale.ROOT);
        return Diagnostic.error("LANG-105", span, "%s is about a %s, and %s is a %s", function, wanted, name, is);
    }

    static Diagnostic notAValue(Span span, String name, String kind, Span declared) {
        return Diagnostic.error("LANG-101", span, "%s is a %s, not a value", name, kind).label(declared, "declared here");
    }

    static Diagnostic unknownType(Span span, String name, List<String> near) {
        return near(Diagnostic.error("LANG-102", span, "there is no type %s", name), near);
    }

    static Diagnostic unknownMember(Span span, Type.Struct struct, String name, List<String> near) {
        return near(Diagnostic.error("LANG-103", span, "%s has no member %s", struct.name(), name), near);
    }

    static Diagnostic unknownManagedMember(Span span, Type.Managed type, String name, List<String> members) {
        return known(Diagnostic.error("LANG-103", span, "%s has no member %s", type.show(), name), members);
    }

    static Diagnostic noMembers(Span span, Type type, String name) {
        return Diagnostic.error("LANG-103", span, "%s has no members, so no %s either", type.show(), name);
    }

    static Diagnostic declaredTwice(Span span, String name, Span before) {
        return Diagnostic.error("LANG-104", span, "%s is declared twice", name).label(before, "the other one");
    }

    static Diagnostic memberTwice(Span span, Type.Struct struct, String name) {
        return Diagnostic.error("LANG-104", span, "%s has two members %s", struct.name(), name);
    }

    static Diagnostic propertyTwice(Span span, String word) {
        return Diagnostic.error("LANG-104", span, "%s is said twice here", word);
    }

    static Diagnostic testTwice(Span span, String title, Span before) {
        return Diagnostic.error("LANG-104", span, "two tests are called \"%s\"", title).label(before, "the other one");
    }

    static Diagnostic labelTwice(Span span, String name) {
        return Diagnostic.error("LANG-104", span, "the label %s stands twice in this function", name);
    }

    static Diagnostic cannotConvert(Span span, Type from, Type to, String use) {
        return Diagnostic.error("LANG-105", span, "%s must be %s; this is %s", use, to.show(), from.show());
    }

    static Diagnostic otherPointee(Span span, Type from, Type to, String use) {
        return Diagnostic.error("LANG-105", span, "%s must be %s; this is %s", use, to.show(), from.show())
                .help("if the bytes there are to be read as another type, cast: (%s)…", to.show());
    }

    static Diagnostic integerAndPointer(Span span, Type from, Type to, String use) {
        return Diagnostic.error("LANG-105", span,
                "%s must be %s; this is %s, and C converts between numbers and addresses only by a cast", use, to.show(), from.show())
                .help("write (%s)… if that is meant", to.show());
    }

    static Diagnostic narrowString(Span span, Type to, String use) {
        return Diagnostic.error("LANG-105", span, "%s must be %s; this string has 8-bit characters", use, to.show())
                .help("write L%s", span.text());
    }

    static Diagnostic managedToC(Span span, Type.Managed from, Type to, String use) {
        Diagnostic finding = Diagnostic.error("LANG-105", span,
                "%s must be %s; %s is a type of scripts, and its values have no address", use, to.show(), from.show());
        return switch (from.kind()) {
            case DURATION -> finding.help("a DDI counts in units of 100 ns: WDF_REL_TIMEOUT_IN_MS(10)");
            case STRING, BYTES -> finding.help("put it into an array: UCHAR data[] = x\"…\"; CHAR text[] = \"…\";");
            default -> finding;
        };
    }

    static Diagnostic noValue(Span span, String use) {
        return Diagnostic.error("LANG-105", span, "%s needs a value; this is void", use);
    }

    static Diagnostic branchesDiffer(Span span, Type left, Type right) {
        return Diagnostic.error("LANG-105", span, "the two branches of ?: have types that do not agree: %s and %s", left.show(), right.show());
    }

    static Diagnostic badCast(Span span, Type from, Type to) {
        return Diagnostic.error("LANG-105", span, "%s cannot be cast to %s", from.show(), to.show());
    }

    static Diagnostic noCondition(Span span, Type type) {
        return Diagnostic.error("LANG-105", span, "a condition is a number, a pointer or a handle; this is %s", type.show());
    }

    static Diagnostic assignsArray(Span span) {
        return Diagnostic.error("LANG-105", span, "C cannot assign to a whole array").help("copy it: RtlCopyMemory(target, source, sizeof(target))");
    }

    static Diagnostic otherHandle(Span span, Type from, Type to, String use) {
        return Diagnostic.error("LANG-106", span, "%s must be a %s; this is a %s", use, to.show(), from.show())
                .help("the framework would stop the machine with WDF_VIOLATION 0x10D, subcode 5; a cast would only hide it");
    }

    static Diagnostic losesConst(Span span, Type from, Type to, String use) {
        return Diagnostic.warning("LANG-107", span, "%s is %s and would allow stores to what is const here (%s)", use, to.show(), from.show())
                .help("make the pointer const, or copy what it points to");
    }

    static Diagnostic wrongOperands(Span span, String operator, Type left, Type right) {
        return Diagnostic.error("LANG-108", span, "%s does not take %s and %s", operator, left.show(), right.show());
    }

    static Diagnostic wrongOperand(Span span, String operator, Type type) {
        return Diagnostic.error("LANG-108", span, "%s does not take %s", operator, type.show());
    }

    static Diagnostic notAssignable(Span span, String operator) {
        return Diagnostic.error("LANG-109", span, "%s needs a variable or another place in memory; this is only a value", operator);
    }

    static Diagnostic writesToConst(Span span) {
        return Diagnostic.error("LANG-110", span, "this is const and cannot be stored to")
                .help("constants lie in read-only memory: in a driver a store there is bug check 0xBE");
    }

    static Diagnostic notConstant(Span span, String use) {
        return Diagnostic.error("LANG-111", span, "%s is no constant expression, and one is needed here", use);
    }

    static Diagnostic constantCut(Span span, long value, Type to, long kept) {
        return Diagnostic.warning("LANG-112", span, "%d does not fit %s: %d is what is left of it", value, to.show(), kept);
    }

    static Diagnostic constantOverflow(Span span, Type type, long value) {
        return Diagnostic.warning("LANG-112", span, "this constant leaves the range of %s and wraps around to %d", type.show(), value)
                .help("give one operand a wider or unsigned type: 1u, 1ull");
    }

    static Diagnostic enumTooLarge(Span span, long value) {
        return Diagnostic.error("LANG-112", span, "an enumerator is an int; %d does not fit", value);
    }

    static Diagnostic argumentCount(Span span, String callee, Prototype prototype, int given, boolean script) {
        return Diagnostic.error("LANG-113", span, "%s takes %s; here it is given %d", callee, counted(prototype, script), given)
                .help("%s", signature(callee, prototype));
    }

    static Diagnostic unknownArgument(Span span, String callee, String name, List<String> near) {
        return near(Diagnostic.error("LANG-113", span, "%s has no parameter called %s", callee, name), near);
    }

    static Diagnostic argumentTwice(Span span, String callee, String name) {
        return Diagnostic.error("LANG-113", span, "%s is given the argument %s twice", callee, name);
    }

    static Diagnostic positionalAfterNamed(Span span) {
        return Diagnostic.error("LANG-113", span, "behind a named argument all others are named, too");
    }

    static Diagnostic namedOutsideScript(Span span, String name) {
        return Diagnostic.error("LANG-113", span, "arguments are named only in processes and tests; in C their order decides")
                .help("write the value without %s:", name);
    }

    static Diagnostic printTakesOne(Span span, int given) {
        return Diagnostic.error("LANG-113", span, "print takes one value; here it is given %d", given)
                .help("print($\"first {a}, second {b}\") or printf");
    }

    static Diagnostic accessorTakesOne(Span span, String name, int given) {
        return Diagnostic.error("LANG-113", span, "%s takes the handle whose context is wanted; here it is given %d arguments", name, given);
    }

    static Diagnostic accessorNotCalled(Span span, String name) {
        return Diagnostic.error("LANG-114", span, "%s is the accessor of a context: call it with a handle", name);
    }

    static Diagnostic notCallable(Span span, Type type) {
        return Diagnostic.error("LANG-114", span, "only functions can be called; this is %s", type.show());
    }

    static Diagnostic sizeofIncomplete(Span span, Type type) {
        return Diagnostic.error("LANG-115", span, "%s has no size", type.show());
    }

    static Diagnostic incompleteStruct(Span span, Type.Struct struct) {
        return Diagnostic.error("LANG-115", span, "the members of %s are not declared anywhere here", struct.name());
    }

    static Diagnostic incompleteMember(Span span, Type type) {
        return Diagnostic.error("LANG-115", span, "a member cannot have the type %s, which has no size", type.show());
    }

    static Diagnostic incompleteParameter(Span span, Type type) {
        return Diagnostic.error("LANG-115", span, "a parameter cannot have the type %s, which has no size", type.show());
    }

    static Diagnostic incompleteVariable(Span span, String name, Type type) {
        return Diagnostic.error("LANG-115", span, "%s cannot have the type %s, which has no size", name, type.show());
    }

    static Diagnostic dereferencesIncomplete(Span span, Type.Pointer type) {
        return Diagnostic.error("LANG-115", span, "what %s points to has no size, so it cannot be read", type.show())
                .help("cast the pointer to what lies there: *(ULONG *)p");
    }

    static Diagnostic containsItself(Span span, Type.Struct struct) {
        return Diagnostic.error("LANG-116", span, "%s cannot contain itself", struct.name()).help("a pointer to it can be a member");
    }

    static Diagnostic emptyStruct(Span span, Type.Struct struct) {
        return Diagnostic.error("LANG-116", span, "%s has no members, and C has no empty structures", struct.name());
    }

    static Diagnostic openArrayNotLast(Span span) {
        return Diagnostic.error("LANG-116", span, "an array without a length can only be the last member of a structure");
    }

    static Diagnostic arrayOfNothing(Span span, Type element) {
        return Diagnostic.error("LANG-116", span, "there are no arrays of %s", element.show());
    }

    static Diagnostic badArrayLength(Span span, long length) {
        return Diagnostic.error("LANG-116", span, "an array or structure of %d elements or bytes is out of bounds: the most is 1 GiB", length);
    }

    static Diagnostic imageTooLarge(Span span, long most) {
        return Diagnostic.error("LANG-116", span, "the variables of a driver or process take more than %d MiB together", most >> 20)
                .help("take large memory from a pool: ExAllocatePool2, VirtualAlloc");
    }

    static Diagnostic badBitField(Span span, Type type, long width) {
        return Diagnostic.error("LANG-116", span, "a bit-field of type %s cannot have this width", type.show())
                .help("an integer type, and a width from 1 to its bits; an unnamed one may have 0");
    }

    static Diagnostic badResult(Span span, Type type) {
        return Diagnostic.error("LANG-116", span, "a function cannot return %s", type.show());
    }

    static Diagnostic wordsNoType(Span span, String words) {
        return Diagnostic.error("LANG-116", span, "'%s' is no type of C", words);
    }

    static Diagnostic otherKeyword(Span span, String tag, String keyword, Span declared) {
        return Diagnostic.error("LANG-116", span, "%s was declared as %s", tag, keyword).label(declared, "declared here");
    }

    static Diagnostic varWithoutValue(Span span) {
        return Diagnostic.error("LANG-116", span, "var takes its type from a value, and there is none here")
                .help("write var x = …; or name the type");
    }

    static Diagnostic tooManyValues(Span span, Type type, int room) {
        return Diagnostic.error("LANG-117", span, "there are more values than %s has places", type.show());
    }

    static Diagnostic designatorOutside(Span span, long index, long length) {
        return Diagnostic.error("LANG-117", span, "element %d is outside: there are %d, from 0", index, length);
    }

    static Diagnostic stringTooLong(Span span, int length, long room) {
        return Diagnostic.error("LANG-117", span, "%d elements do not fit into %d", length, room);
    }

    static Diagnostic arrayNeedsBraces(Span span, Type type, Type given) {
        return Diagnostic.error("LANG-117", span, "%s is initialised by { … } or a string, not by %s", type.show(), given.show());
    }

    static Diagnostic indexOutside(Span span, long index, long length) {
        return Diagnostic.warning("LANG-118", span, "element %d is outside: there are %d, from 0", index, length)
                .help("what lies there belongs to something else; the run would report the access if it is not this program's");
    }

    static Diagnostic alwaysSame(Span span, boolean result, Type type, String least, String most) {
        return Diagnostic.warning("LANG-119", span, "this comparison is always %s: a %s is between %s and %s", result, type.show(), least, most);
    }

    static Diagnostic shiftCount(Span span, long count, int width) {
        return Diagnostic.warning("LANG-120", span,
                "a shift by %d of a value of %d bits is a shift by %d: x64 takes the count modulo the width", count, width, count & width - 1);
    }

    static Diagnostic divisionByZero(Span span) {
        return Diagnostic.warning("LANG-121", span, "this divides by zero, which raises STATUS_INTEGER_DIVIDE_BY_ZERO");
    }

    static Diagnostic assignmentInCondition(Span span) {
        return Diagnostic.warning("LANG-122", span, "this assigns; a comparison is written ==")
                .help("put it into parentheses of its own if the assignment is meant: ((a = b))");
    }

    static Diagnostic noEffect(Span span) {
        return Diagnostic.warning("LANG-123", span, "this computes a value and does nothing with it");
    }

    static Diagnostic ignoredResult(Span span, String callee) {
        return Diagnostic.warning("LANG-124", span, "the result of %s says whether it worked, and nothing looks at it", callee)
                .help("NTSTATUS status = %s(…); if (!NT_SUCCESS(status)) …", callee);
    }

    static Diagnostic jumpOutside(Span span, String word, String where) {
        return Diagnostic.error("LANG-125", span, "%s stands only inside %s", word, where);
    }

    static Diagnostic unknownLabel(Span span, String name, List<String> near) {
        return near(Diagnostic.error("LANG-125", span, "there is no label %s in this function", name), near);
    }

    static Diagnostic gotoIntoTry(Span span, String name) {
        return Diagnostic.error("LANG-125", span, "%s lies inside a __try, and nothing can jump into one", name);
    }

    static Diagnostic returnInFinally(Span span) {
        return Diagnostic.warning("LANG-125", span, "a return here ends the unwinding and swallows the exception");
    }

    static Diagnostic caseTwice(Span span, long value, Span before) {
        return Diagnostic.error("LANG-126", span, "the value %d has a case already", value).label(before, "the other one");
    }

    static Diagnostic defaultTwice(Span span, Span before) {
        return Diagnostic.error("LANG-126", span, "this switch has a default already").label(before, "the other one");
    }

    static Diagnostic switchNoInteger(Span span, Type type) {
        return Diagnostic.error("LANG-126", span, "a switch looks at an integer; this is %s", type.show());
    }

    static Diagnostic filterNoInteger(Span span, Type type) {
        return Diagnostic.error("LANG-126", span, "the filter of an __except is an int; this is %s", type.show())
                .help("EXCEPTION_EXECUTE_HANDLER or EXCEPTION_CONTINUE_SEARCH");
    }

    static Diagnostic returnsNothing(Span span, String function, Type type) {
        return Diagnostic.error("LANG-127", span, "%s returns %s; this return gives nothing", function, type.show());
    }

    static Diagnostic returnsValue(Span span, String function) {
        return Diagnostic.error("LANG-127", span, "%s returns nothing", function);
    }

    static Diagnostic endsWithoutValue(Span span, String function, Type type) {
        return Diagnostic.error("LANG-127", span, "%s can end here without the %s that it returns", function, type.show())
                .help("return a value on every path");
    }

    static Diagnostic unreachable(Span span) {
        return Diagnostic.warning("LANG-128", span, "nothing can reach this");
    }

    static Diagnostic neverAssigned(Span span, String name, Span declared) {
        return Diagnostic.error("LANG-129", span, "%s is read here, and no path has given it a value", name)
                .label(declared, "declared here without one");
    }

    static Diagnostic maybeUnassigned(Span span, String name, Span declared) {
        return Diagnostic.warning("LANG-130", span, "%s is read here, and on some path it has no value yet", name)
                .label(declared, "declared here without one");
    }

    static Diagnostic notAvailable(Span span, String name, ImageSymbol.Kind kind, Set<String> places) {
        Diagnostic finding = places.equals(Set.of("umdf"))
                ? Diagnostic.error("LANG-131", span, "%s is UMDF only: it does not exist in %s (UMDF-116)", name, showKind(kind))
                : Diagnostic.error("LANG-131", span, "%s does not exist in %s", name, showKind(kind));
        return finding.help("it is for %s", showPlaces(places));
    }

    /// A DDI of KMDF, or a routine of the kernel, in a UMDF driver.
    static Diagnostic notInUmdf(Span span, String name, Set<String> places) {
        if (places.contains("kmdf")) {
            Absences.Absence absence = Absences.ofFramework(name);
            return instead(Diagnostic.error("LANG-131", span, "%s is KMDF only: a UMDF driver %s (%s)", name, absence.why(), absence.rules()), absence.instead());
        }
        if (places.contains("kernel") || places.contains("wdm")) {
            return instead(Diagnostic.error("LANG-131", span, "%s is a routine of the kernel: a UMDF driver runs in user mode, in its host process (UMDF-062, OBJ-462)",
                    name), Absences.insteadOf(name));
        }
        return Diagnostic.error("LANG-131", span, "%s does not exist in a UMDF driver", name).help("it is for %s", showPlaces(places));
    }

    static Diagnostic kernelType(Span span, String name) {
        return Diagnostic.error("LANG-131", span, "%s is a type of the kernel's headers: a UMDF driver runs in user mode, in its host process (UMDF-062, OBJ-462)", name);
    }

    static Diagnostic kernelMember(Span span, String struct, String member) {
        return Diagnostic.error("LANG-131", span, "a UMDF driver sees nothing of %s, so not its member %s: the structure lies in the kernel (UMDF-002, OBJ-460)",
                struct.startsWith("_") ? struct.substring(1) : struct, member);
    }

    static Diagnostic noMdlDescriptor(Span span) {
        return Diagnostic.error("LANG-131", span, "a memory descriptor has no MDL form in UMDF (UMDF-063)")
                .help("instead: WDF_MEMORY_DESCRIPTOR_INIT_HANDLE or WDF_MEMORY_DESCRIPTOR_INIT_BUFFER");
    }

    static Diagnostic irqlTooHigh(Span span, String callee, int ceiling, int level, Span callback, boolean certain) {
        Diagnostic finding = certain
                ? Diagnostic.error("LANG-031", span, "%s must be called at IRQL <= %s; here it can be %s", callee, irql(ceiling), irql(level))
                : Diagnostic.warning("LANG-031", span, "%s must be called at IRQL <= %s; here it can be %s", callee, irql(ceiling), irql(level));
        return finding.label(callback, "runs at " + irql(level)).help("queue a work item: its callback runs at PASSIVE_LEVEL");
    }

    static Diagnostic unknownEvent(Span span, String kind, String name, List<String> near) {
        return near(Diagnostic.error("LANG-101", span, "%s called %s is ever reported", kind.equals("violation") ? "no violation" : kind.equals("bugcheck") ? "no bug check" : "no end of a driver host", name), near);
    }

    static Diagnostic cannotRunYet(Span span, String name) {
        return Diagnostic.error("LANG-132", span, "this version of wdfs cannot run %s yet", name);
    }

    static Diagnostic featureNotYet(Span span, String feature) {
        return Diagnostic.error("LANG-132", span, "this version of wdfs cannot run this yet: %s", feature)
                .help("it has been checked; nothing else is wrong with it unless told above or below");
    }

    static Diagnostic variableLength(Span span) {
        return Diagnostic.error("LANG-133", span, "the length of an array is a constant: arrays of variable length are no C of Microsoft's compiler")
                .help("take the memory from a pool: ExAllocatePool2");
    }

    static Diagnostic noFloatingPoint(Span span) {
        return Diagnostic.error("LANG-133", span, "there is no floating point here")
                .help("kernel code must not use the floating-point registers without saving them first");
    }

    static Diagnostic refusedFunction(Span span, String name) {
        Diagnostic finding = Diagnostic.error("LANG-133", span, "%s is no part of the language", name);
        return switch (name) {
            case "setjmp", "_setjmp", "longjmp" -> finding.help("kernel code raises exceptions: ExRaiseStatus, seen by __except");
            case "alloca", "_alloca" -> finding.help("the kernel's stack is 24 KiB: take the memory from a pool");
            default -> finding;
        };
    }

    static Diagnostic variadicBody(Span span, String name) {
        return Diagnostic.error("LANG-133", span, "%s takes a variable number of arguments: only functions of the library can", name);
    }

    static Diagnostic nestedFunction(Span span, String name) {
        return Diagnostic.error("LANG-133", span, "%s is a function inside a function, which C does not have", name).help("move it out of the body");
    }

    static Diagnostic exceptionOutside(Span span, String name, String where) {
        return Diagnostic.error("LANG-134", span, "%s means something only %s", name, where);
    }

    static Diagnostic managedInside(Span span, Type.Managed type, String where) {
        return Diagnostic.error("LANG-135", span, "a %s is a managed value and cannot lie in %s", type.show(), where)
                .help("managed values have no address; use an array of UCHAR or CHAR");
    }

    static Diagnostic managedAddress(Span span, Type type) {
        return Diagnostic.error("LANG-135", span, "a %s is a managed value and has no address", type.show());
    }

    static Diagnostic managedFunctionAddress(Span span, String name) {
        return Diagnostic.error("LANG-135", span, "%s takes or gives managed values, so no pointer can lead to it", name)
                .help("call it by its name");
    }

    static Diagnostic managedVariadic(Span span, Type.Managed type) {
        return Diagnostic.error("LANG-135", span, "a %s cannot be passed behind the ... of a C function", type.show())
                .help("print($\"…{value}…\") shows it");
    }

    static Diagnostic structVariadic(Span span, Type type) {
        return Diagnostic.error("LANG-135", span, "%s cannot be passed behind the ... of a function", type.show());
    }

    static Diagnostic forInNoList(Span span, Type type) {
        return Diagnostic.error("LANG-135", span, "for … in goes through a list or bytes; this is %s", type.show());
    }

    static Diagnostic badFormat(Span span, String format) {
        return Diagnostic.error("LANG-135", span, "'%s' is no format", format).help("x, X, d, u, b, c or o, with a width and a leading 0: {n:08x}");
    }

    static Diagnostic scriptOnly(Span span, String what) {
        return Diagnostic.error("LANG-136", span, "%s exists in processes and tests only", what);
    }

    static Diagnostic processOutsideTest(Span span) {
        return Diagnostic.error("LANG-136", span, "a process stands at file level or in a test");
    }

    static Diagnostic hardwareOnly(Span span, String word) {
        return Diagnostic.error("LANG-136", span, "%s exists in hardware only", word);
    }

    static Diagnostic addressOfBitField(Span span) {
        return Diagnostic.error("LANG-137", span, "a bit-field has no address");
    }

    static Diagnostic noAddress(Span span) {
        return Diagnostic.error("LANG-137", span, "this is only a value and has no address");
    }

    static Diagnostic returnsLocalAddress(Span span) {
        return Diagnostic.warning("LANG-137", span, "this is the address of a local variable, which is gone when the function has returned")
                .help("the run reports its use as UseAfterReturn");
    }

    static Diagnostic dereferencesNoPointer(Span span, Type type) {
        return Diagnostic.error("LANG-138", span, "a pointer is needed here; this is %s", type.show());
    }

    static Diagnostic arrowOnNoPointer(Span span, Span base, Type type, String member) {
        return arrow(Diagnostic.error("LANG-138", span, "-> needs a pointer on its left; this is %s", type.show()), base, type, member);
    }

    static Diagnostic dotOnPointer(Span span, String member) {
        return Diagnostic.error("LANG-138", span, "this is a pointer: its members are reached with ->").help("write ->%s", member);
    }

    static Diagnostic noPointerArithmetic(Span span, Type.Pointer type) {
        return Diagnostic.error("LANG-138", span, "what %s points to has no size, so nothing can be counted in it", type.show())
                .help("cast it to a pointer to bytes: (PUCHAR)p + n");
    }

    static Diagnostic indexNoInteger(Span span, Type type) {
        return Diagnostic.error("LANG-138", span, "an index is an integer; this is %s", type.show());
    }

    static Diagnostic indexesNoArray(Span span, Type type) {
        return Diagnostic.error("LANG-138", span, "only arrays and pointers have elements; this is %s", type.show());
    }

    static Diagnostic comparesDifferentPointers(Span span, Type left, Type right) {
        return Diagnostic.warning("LANG-138", span, "this compares %s with %s", left.show(), right.show());
    }

    static Diagnostic pointerCut(Span span, Type to) {
        return Diagnostic.warning("LANG-139", span, "an address has 64 bits, and %s keeps fewer", to.show()).help("use ULONG_PTR");
    }

    static Diagnostic formArguments(Span span, String form, int expected, int given) {
        return Diagnostic.error("LANG-147", span, "%s takes %d arguments; here it is given %d", form, expected, given);
    }

    static Diagnostic formDeclares(Span span, String form) {
        return Diagnostic.error("LANG-147", span, "%s declares something and gives no value", form);
    }

    static Diagnostic formInitializes(Span span, String form) {
        return Diagnostic.error("LANG-147", span, "%s begins a variable and is no value", form).help("UNICODE_STRING name = %s(L\"…\");", form);
    }

    static Diagnostic promiseBroken(Span span, String form, String condition) {
        return Diagnostic.error("LANG-165", span, "%s: %s does not hold", form, condition);
    }

    static Diagnostic formNotHere(Span span, String form) {
        return Diagnostic.error("LANG-147", span, "%s declares nothing, so it cannot stand here", form);
    }

    static Diagnostic formWantsType(Span span, String form) {
        return Diagnostic.error("LANG-147", span, "%s wants a type here", form);
    }

    static Diagnostic noCustomType(Span span, String name) {
        return Diagnostic.error("LANG-147", span, "%s is no custom type of objects", name).help("WDF_DECLARE_CUSTOM_TYPE(%s) in the driver declares it", name);
    }

    static Diagnostic formWantsMember(Span span) {
        return Diagnostic.error("LANG-147", span, "the name of a member is wanted here: a, a.b or a.b[3]");
    }

    static Diagnostic formWantsWideString(Span span, String form) {
        return Diagnostic.error("LANG-147", span, "%s wants a name and a wide string, L\"…\"", form);
    }

    static Diagnostic numberOfNoArray(Span span, Type type) {
        return Diagnostic.error("LANG-147", span, "only an array has a number of elements; this is %s", type.show());
    }

    static Diagnostic expectedErrorMissing(Span span, String code, List<String> found) {
        return found(Diagnostic.error("LANG-148", span, "nothing in this block is refused with %s", code), found);
    }

    static Diagnostic libraryLacks(Span span, String name) {
        return Diagnostic.error("LANG-149", span, "the standard library lacks %s", name);
    }

    static Diagnostic definedByItself(Span span, String name) {
        return Diagnostic.error("LANG-150", span, "%s is defined by way of itself", name);
    }

    static Diagnostic emptyMacro(Span span, String name) {
        return Diagnostic.error("LANG-150", span, "%s is defined as nothing, so it has no value", name);
    }

    static Diagnostic prototypeDiffers(Span span, String name, Type.Function type, Type.Function before, Span declared) {
        return Diagnostic.error("LANG-151", span, "%s is %s here and %s in its prototype", name, type.show(), before.show())
                .label(declared, "the prototype");
    }

    static Diagnostic noBody(Span span, String name) {
        return Diagnostic.error("LANG-151", span, "%s is declared and used, and has no body anywhere", name);
    }

    static Diagnostic tooDeep(Span span) {
        return Diagnostic.error("LANG-156", span, "this expression nests too deeply");
    }

    // ---- helps ------------------------------------------------------------------------------------------------------------

    static Diagnostic near(Diagnostic finding, List<String> near) {
        return near.isEmpty() ? finding : finding.help("did you mean %s?", String.join(" or ", near));
    }

    private static Diagnostic known(Diagnostic finding, List<String> members) {
        return members.isEmpty() ? finding : finding.help("it has %s", String.join(", ", members));
    }

    private static Diagnostic instead(Diagnostic finding, String what) {
        return what.isEmpty() ? finding : finding.help("instead: %s", what);
    }

    private static Diagnostic arrow(Diagnostic finding, Span base, Type type, String member) {
        return type instanceof Type.Struct ? finding.help("write %s.%s", base.text(), member) : finding;
    }

    private static Diagnostic found(Diagnostic finding, List<String> codes) {
        return codes.isEmpty() ? finding.help("everything in it is in order") : finding.help("it is refused with %s", String.join(", ", codes));
    }

    private static String irql(int level) {
        return switch (level) {
            case 0 -> "PASSIVE_LEVEL";
            case 1 -> "APC_LEVEL";
            case 2 -> "DISPATCH_LEVEL";
            default -> "DIRQL";
        };
    }

    private static String counted(Prototype prototype, boolean script) {
        int most = prototype.parameters().size();
        long least = script ? prototype.parameters().stream().filter(p -> p.defaultValue().isEmpty()).count() : most;
        String arguments = most == 1 ? " argument" : " arguments";
        return prototype.type().variadic() ? "at least " + least + arguments : least == most ? most + arguments : least + " to " + most + arguments;
    }

    private static String signature(String callee, Prototype prototype) {
        StringBuilder text = new StringBuilder(callee).append('(');
        for (int i = 0; i < prototype.parameters().size(); i++) {
            Prototype.Parameter p = prototype.parameters().get(i);
            String type = p.type().show();
            text.append(i == 0 ? "" : ", ").append(type).append(type.endsWith("*") || p.name().isEmpty() ? "" : " ").append(p.name());
        }
        return text.append(prototype.type().variadic() ? ", ...)" : ")").toString();
    }

    private static String showKind(ImageSymbol.Kind kind) {
        return switch (kind) {
            case KMDF_DRIVER -> "a KMDF driver";
            case UMDF_DRIVER -> "a UMDF driver";
            case WDM_DRIVER -> "a WDM driver";
            case PROCESS -> "a process";
            case TEST -> "a test";
            case HARDWARE -> "hardware";
        };
    }

    private static String showPlaces(Set<String> places) {
        List<String> words = new ArrayList<>();
        for (String place : List.of("kmdf", "umdf", "wdm", "kernel", "user", "script", "hardware")) {
            if (places.contains(place)) {
                words.add(switch (place) {
                    case "kmdf" -> "KMDF drivers";
                    case "umdf" -> "UMDF drivers";
                    case "wdm" -> "WDM drivers";
                    case "kernel" -> "kernel-mode drivers";
                    case "user" -> "processes";
                    case "hardware" -> "hardware";
                    default -> "processes and tests";
                });
            }
        }
        return String.join(", ", words);
    }
}
