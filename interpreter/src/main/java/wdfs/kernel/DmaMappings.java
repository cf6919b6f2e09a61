package wdfs.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import wdfs.machine.Clock;
import wdfs.machine.Memory;
import wdfs.machine.Physical;
import wdfs.runtime.DeviceOwnership;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// What devices may reach of the memory, by bus addresses: the pieces of running transfers, common buffers, and memory that was
/// allocated in one piece. There is no IOMMU, so bus addresses are physical ones; what a device does elsewhere is told and does
/// not reach memory, as behind an IOMMU: it would change what the system keeps beside its structures.
public final class DmaMappings implements DeviceOwnership {
    /// Who does what with the memory.
    public enum Use {
        FROM_DEVICE("which the device fills"), TO_DEVICE("which the device reads"), BOTH("which driver and device share");

        final String words;

        Use(String words) {
            this.words = words;
        }
    }

    /// One stretch of bus addresses.
    public static final class Mapping {
        final long logical;
        final long length;
        final Use use;
        final String owner;
        String ended = "";

        private Mapping(long logical, long length, Use use, String owner) {
            this.logical = logical;
            this.length = length;
            this.use = use;
            this.owner = owner;
        }

        private boolean covers(long at) {
            return at - logical >= 0 && at - logical < length;
        }

        private String where() {
            return "%s at 0x%X to 0x%X, %s".formatted(owner, logical, logical + length - 1, use.words);
        }
    }

    /// Bytes of a buffer that a device has; the processor should leave them alone.
    record Held(int frame, int offset, int count, Use use, String owner) {}

    private static final int REMEMBERED = 64;

    private final Machine machine;
    private final List<Mapping> live = new ArrayList<>();
    private final Deque<Mapping> past = new ArrayDeque<>();
    private final List<Held> held = new ArrayList<>();
    private final List<DmaTransfer> transfers = new ArrayList<>();

    private DmaMappings(Machine machine) {
        this.machine = machine;
        machine.deviceOwnership = this;
    }

    public static DmaMappings of(Machine machine) {
        return machine.part(DmaMappings.class, DmaMappings::new);
    }

    public Mapping add(long logical, long length, Use use, String owner) {
        Mapping mapping = new Mapping(logical, length, use, owner);
        live.add(mapping);
        return mapping;
    }

    /// @param how why it ended: the routine that the driver called
    public void end(Mapping mapping, String how) {
        String site = machine.siteText(machine.site());
        mapping.ended = "until %s, %s%s".formatted(Clock.stamp(machine.clock.nowNanos()).strip(), how, site.isEmpty() ? "" : " at " + site);
        live.remove(mapping);
        past.addFirst(mapping);
        if (past.size() > REMEMBERED) {
            past.removeLast();
        }
    }

    // ---- what devices do -------------------------------------------------------------------------------------------------------------

    private interface Piece {
        /// @param frame 0 where the device reaches nothing
        void at(int frame, int offset, int done, int count);
    }

    /// A device reads; what it does not reach reads as ones.
    /// @param marks gets, for each byte, whether nobody wrote it; may be null @return whether it reached all of them
    public boolean read(String device, long logical, byte[] to, byte[] marks) {
        return each(device, logical, to.length, false, (frame, offset, done, count) -> {
            if (frame == 0) {
                java.util.Arrays.fill(to, done, done + count, (byte) 0xFF);
            } else {
                machine.memory.physical.read(frame, offset, to, marks, done, count);
            }
        });
    }

    /// A device writes; what it does not reach is lost. @return whether it reached all of it
    public boolean write(String device, long logical, byte[] from) {
        return each(device, logical, from.length, true, (frame, offset, done, count) -> {
            if (frame != 0) {
                machine.memory.physical.write(frame, offset, from, done, count);
            }
        });
    }

    private boolean each(String device, long logical, int length, boolean write, Piece piece) {
        Physical physical = machine.memory.physical;
        boolean told = false;
        for (int done = 0; done < length; ) {
            long at = logical + done;
            Mapping mapping = mapping(at, write);
            int count = (int) Math.min(length - done, Memory.PAGE - (at & Memory.PAGE - 1));
            if (mapping == null) {
                count = (int) Math.min(count, nextMapping(at, write) - at);
                if (!told) {
                    told = true;
                    tell(device, at, length - done, write);
                }
            } else {
                count = (int) Math.min(count, mapping.logical + mapping.length - at);
            }
            piece.at(mapping == null ? 0 : physical.frameAt(at), (int) (at & Memory.PAGE - 1), done, count);
            done += count;
        }
        return !told;
    }

    private static boolean allows(Mapping mapping, boolean write) {
        return mapping.use != (write ? Use.TO_DEVICE : Use.FROM_DEVICE);
    }

    private Mapping mapping(long at, boolean write) {
        for (Mapping mapping : live) {
            if (mapping.covers(at) && allows(mapping, write)) {
                return mapping;
            }
        }
        return null;
    }

    private long nextMapping(long at, boolean write) {
        long next = Long.MAX_VALUE;
        for (Mapping mapping : live) {
            if (mapping.logical > at && allows(mapping, write)) {
                next = Math.min(next, mapping.logical);
            }
        }
        return next;
    }

    private void tell(String device, long at, int length, boolean write) {
        String verb = write ? "writes" : "reads";
        Mapping wrong = live.stream().filter(m -> m.covers(at)).findFirst().orElse(null);
        Mapping ended = past.stream().filter(m -> m.covers(at)).findFirst().orElse(null);
        String place = "%s %s %s at bus address 0x%X".formatted(device, verb, Report.count(length, "byte"), at);
        Report.Builder report = wrong != null
                ? new Report.Builder(Report.Kind.VIOLATION, "DmaWrongDirection", "OBJ-386", place + ", and the transfer there goes the other way")
                : new Report.Builder(Report.Kind.VIOLATION, "DmaOutsideMapping", "OBJ-386", place + (ended != null ? ", which is not mapped for it any more" : ", where nothing is mapped for it"));
        if (wrong != null) {
            report.fact("mapped", wrong.where());
        } else if (ended != null) {
            report.fact("was", ended.where() + ", " + ended.ended);
        } else {
            live.stream().min((a, b) -> Long.compare(distance(a, at), distance(b, at))).ifPresent(m -> report.fact("nearest", m.where()));
        }
        report.stack(ScriptStack.frames(), "").help(wrong != null
                ? "the direction of the transaction is ReadFromDevice if the device fills the memory, WriteToDevice if it reads it"
                : ended != null ? "stop the device before WdfDmaTransactionDmaCompleted…, and before a common buffer is deleted"
                        : "give the device the addresses and lengths of the SCATTER_GATHER_LIST, or of a common buffer; never a virtual address");
        machine.violation(report.build(), device + write + ScriptStack.site());
    }

    private static long distance(Mapping mapping, long at) {
        return at < mapping.logical ? mapping.logical - at : at - mapping.logical - mapping.length;
    }

    // ---- what the processor should leave alone -----------------------------------------------------------------------------------------

    void begin(DmaTransfer transfer, List<Held> bytes) {
        transfers.add(transfer);
        held.addAll(bytes);
        bytes.forEach(h -> machine.memory.physical.deviceHas(h.frame, h.offset, h.count, true));
    }

    void finish(DmaTransfer transfer, List<Held> bytes) {
        transfers.remove(transfer);
        bytes.forEach(h -> machine.memory.physical.deviceHas(h.frame, h.offset, h.count, false));
        bytes.forEach(h -> {
            for (int i = 0; i < held.size(); i++) {
                if (held.get(i) == h) {
                    held.remove(i);
                    break;
                }
            }
        });
        held.forEach(h -> machine.memory.physical.deviceHas(h.frame, h.offset, h.count, true));         // those of others that overlap
    }

    @Override
    public String holder(int frame, int offset, boolean write) {
        for (Held h : held) {
            if (h.frame == frame && offset >= h.offset && offset < h.offset + h.count && (write || h.use != Use.TO_DEVICE)) {
                return h.owner + ", " + h.use.words;
            }
        }
        return null;
    }

    /// The pages of an MDL are given back, or the MDL is freed.
    void unlocking(Mdl mdl) {
        for (DmaTransfer transfer : transfers) {
            if (transfer.uses(mdl)) {
                machine.violation(new Report.Builder(Report.Kind.VIOLATION, "DmaBufferUnlocked", "OBJ-392",
                        "the pages of " + mdl.label() + " are given back while a device has them").fact("device", transfer.owner())
                        .stack(ScriptStack.frames(), "").help("finish or abort the transfer first (WdfDmaTransactionDmaCompletedFinal); complete the request after that").build(), ScriptStack.site());
                return;
            }
        }
    }
}
