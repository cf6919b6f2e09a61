package wdfs.semantics;

import org.junit.jupiter.api.Test;

/// What the checker says of `hardware` declarations.
class HardwareTest {
    @Test
    void registers() {
        Checked.check("""
                hardware Chip {
                    registers memory {
                        0x00 A ULONG read_only;
                        0x02 B USHORT;
                //           ^ error LANG-160: B and A share bytes
                        0x06 C ULONG;
                //      ^^^^ error LANG-160: C lies at 0x6: a register of 4 bytes is aligned to as many
                        0x08 D LONG;
                //             ^^^^ error LANG-160: D is LONG: a register is an unsigned integer
                        0x0C E ULONG read_only write_only;
                //                             ^^^^^^^^^^ error LANG-160: E has two access modes
                        0x10 F ULONG readonly;
                //                   ^^^^^^^^ error LANG-160: readonly means nothing for a register
                        0x14 G UCHAR = 0x100;
                //                     ^^^^^ error LANG-160: G has 8 bits; 0x100 does not fit
                        0x15 H UCHAR[4] { X : 0; }
                //           ^ error LANG-160: H is an array
                        0x20 I UCHAR fifo(0);
                //                   ^^^^^^^ error LANG-160: I cannot be a queue
                        0x21 J UCHAR { X : 8; Y : 2..4; Z : 3..0; W : 3 = 2; }
                //                     ^^^^^^ error LANG-160: X takes the bits 8..8; the register has the bits 7..0
                //                            ^^^^^^^^^ error LANG-160: Y takes the bits 2..4
                //                                                ^ error LANG-160: W and Z share bits
                //                                                        ^ error LANG-160: W has 1 bit; 0x2 does not fit
                        0x24 RX UCHAR read_only;
                        0x24 TX UCHAR write_only;
                    }
                    registers here { }
                //            ^^^^ error LANG-160: registers lie in memory or in port space
                }
                """);
    }

    @Test
    void eventsAndLines() {
        Checked.check("""
                // library: the real one
                hardware Chip {
                    registers memory { 0x00 A ULONG { GO : 0; } 0x04 B ULONG read_only; 0x08 C UCHAR[4]; }
                    interrupt Line level_sensitive irql 2;
                //                                 ^^^^^^ error LANG-161: irql wants a number from 3 to 12
                    interrupt Edge latched shared irql 4;
                //            ^^^^ error LANG-161: Edge is shared
                    interrupt Msg message 4 irql 6;
                    on write A(value) {
                        if (value.STOP) A.GO = 0;
                //                ^^^^ error LANG-160: value has no field STOP
                        raise Lin;
                //            ^^^ error LANG-161: the hardware has no interrupt Lin
                        raise Edge[1];
                //      ^^^^^^^^^^^^^^ error LANG-161: Edge is a line
                        lower Msg;
                //      ^^^^^^^^^^ error LANG-161: Msg sends messages
                        after "soon" { }
                //            ^^^^^^ error LANG-163: after wants a time
                        raise Msg[3];
                    }
                    on write B(value) { }
                //           ^ error LANG-162: B is read_only
                    on read C { return 1; }
                //  ^^^^^^^^^^^^^^^^^^^^^^^ error LANG-162: on read C is written on read C(index) { … }
                    on read Z { }
                //          ^ error LANG-162: the hardware has no register Z
                    on reset(value) { }
                //  ^^^^^^^^^^^^^^^^^^^ error LANG-162: on reset is written on reset { … }
                    on clear A { }
                //  ^^^^^^^^^^^^^^ error LANG-162: registers are read and written
                    power off;
                //  ^^^^^ error LANG-160: power means nothing in hardware
                    void F(void) { WdfRequestComplete(NULL, 0); }
                //                 ^^^^^^^^^^^^^^^^^^ error LANG-131: WdfRequestComplete does not exist in hardware
                }
                """);
    }
}
