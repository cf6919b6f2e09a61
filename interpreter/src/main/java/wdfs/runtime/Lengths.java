package wdfs.runtime;

import wdfs.machine.Irql;

/// Lengths that came out too small because a sum or product of 32 bits wrapped around (VER-508). The last few such results of a
/// thread are remembered until its system call ends; a routine that takes one of them for a length is where it does harm.
public final class Lengths {
    private static final int REMEMBERED = 4;

    private final int[] values = new int[REMEMBERED];
    private final String[] sites = new String[REMEMBERED];
    private int next;
    private int count;

    // Called by generated code.

    public static int add(int left, int right, Caller caller) {
        int sum = left + right;
        if (Integer.compareUnsigned(sum, left) < 0) {
            caller.wrapped().remember(sum);
        }
        return sum;
    }

    public static int multiply(int left, int right, Caller caller) {
        int product = left * right;
        if ((left & 0xFFFF_FFFFL) * (right & 0xFFFF_FFFFL) >>> 32 != 0) {
            caller.wrapped().remember(product);
        }
        return product;
    }

    private void remember(int value) {
        values[next] = value;
        sites[next] = ScriptStack.site();
        next = (next + 1) % REMEMBERED;
        count = Math.min(count + 1, REMEMBERED);
    }

    void forget() {
        count = 0;
        next = 0;
    }

    /// A routine is given a length. @param length as the routine takes it, of 32 or 64 bits
    public static void used(Caller caller, long length, String routine) {
        Lengths wrapped = caller.wrappedOrNull();
        if (wrapped == null || wrapped.count == 0 || !caller.inKernel() || !caller.machine.verifierOn()) {
            return;
        }
        for (int i = 0; i < wrapped.count; i++) {
            if ((wrapped.values[i] & 0xFFFF_FFFFL) == length) {
                caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "IntegerOverflow", "VER-508",
                        "%s is given the length %d, which is what is left of a result that did not fit 32 bits".formatted(routine, length)).fact("computed", "at " + wrapped.sites[i])
                        .stack(ScriptStack.frames(), Irql.name(caller.irql())).help("RtlULongAdd and RtlULongMult tell when a result does not fit; compare with what is left, not with the sum").build(), ScriptStack.site());
                return;
            }
        }
    }
}
