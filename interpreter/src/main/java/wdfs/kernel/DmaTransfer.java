package wdfs.kernel;

import java.util.ArrayList;
import java.util.List;
import wdfs.kernel.DmaMappings.Held;
import wdfs.kernel.DmaMappings.Mapping;
import wdfs.kernel.DmaMappings.Use;
import wdfs.machine.Memory;
import wdfs.machine.Physical;
import wdfs.machine.Region;
import wdfs.runtime.Machine;

/// A part of a chain of MDLs in the hands of a device. Where the device does not reach the memory, or wants it in one piece,
/// map registers stand in for it: pages that the data is copied through (OBJ-381).
public final class DmaTransfer {
    /// What the device is given.
    public record Element(long logical, long length) {}

    /// Bytes of one page.
    private record Page(Mdl mdl, int frame, int offset, int count) {}

    private final Machine machine;
    private final String owner;
    private final boolean toDevice;
    private final List<Page> pages;
    private final List<Element> elements = new ArrayList<>();
    private final List<Mapping> mappings = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    /// Where the copy of each page lies, in bytes from the first map register; -1 for a page that the device reaches itself.
    private final long[] copies;
    private int registers;
    private int firstRegister;
    private boolean ended;

    private DmaTransfer(Machine machine, List<Page> pages, boolean toDevice, String owner) {
        this.machine = machine;
        this.pages = pages;
        this.toDevice = toDevice;
        this.owner = owner;
        this.copies = new long[pages.size()];
    }

    /// How many pages `length` bytes from `offset` on touch; -1 if the chain of MDLs ends before.
    public static int pageCount(Machine machine, Mdl first, long offset, long length) {
        List<Page> pages = pages(machine, first, offset, length);
        return pages == null ? -1 : pages.size();
    }

    /// How many elements a device that reaches all memory would be given; -1 if the chain ends before.
    public static int elementCount(Machine machine, Mdl first, long offset, long length) {
        List<Page> pages = pages(machine, first, offset, length);
        if (pages == null) {
            return -1;
        }
        int count = 0;
        long end = -1;
        for (Page page : pages) {
            long at = machine.memory.physical.address(page.frame) + page.offset;
            count += at == end ? 0 : 1;
            end = at + page.count;
        }
        return count;
    }

    /// How many of the bytes follow one another on the bus, from the first one on; 0 if there are none.
    static long firstRun(Machine machine, Mdl first, long offset, long length) {
        List<Page> pages = pages(machine, first, offset, Math.min(length, first.byteCount() - offset));
        long run = 0;
        long end = -1;
        for (Page page : pages == null ? List.<Page>of() : pages) {
            long at = machine.memory.physical.address(page.frame) + page.offset;
            if (run > 0 && at != end) {
                break;
            }
            run += page.count;
            end = at + page.count;
        }
        return run;
    }

    private static List<Page> pages(Machine machine, Mdl first, long offset, long length) {
        List<Page> pages = new ArrayList<>();
        Mdl mdl = first;
        long from = offset;
        long left = length;
        while (left > 0) {
            if (mdl == null) {
                return null;
            }
            long here = mdl.next() == 0 && reachesOn(machine, mdl, from + left) ? left : Math.min(mdl.byteCount() - from, left);
            if (here <= 0) {
                from -= mdl.byteCount();
                mdl = Mdl.at(machine, mdl.next());
                continue;
            }
            long at = mdl.virtualAddress() + from;
            for (long done = 0; done < here; ) {
                int inPage = (int) (at + done & Memory.PAGE - 1);
                int count = (int) Math.min(here - done, Memory.PAGE - inPage);
                int frame = mdl.frame((int) ((at + done >>> 12) - (mdl.virtualAddress() >>> 12)));
                if (frame == 0) {
                    return null;
                }
                pages.add(new Page(mdl, frame, inPage, count));
                done += count;
            }
            left -= here;
            from = 0;
            mdl = Mdl.at(machine, mdl.next());
        }
        return pages;
    }

    /// A buffered request's MDL has the length of its input, and the system buffer behind it that of the output: pages are pages,
    /// and what lies in the last one is transferred.
    private static boolean reachesOn(Machine machine, Mdl mdl, long length) {
        long from = mdl.virtualAddress();
        long lastPage = from + mdl.byteCount() - 1 >>> 12;
        Region region = from < 0 ? machine.memory.regionAt(null, from) : null;
        return region != null && from + length - 1 >>> 12 == lastPage && region.contains(from + length - 1);
    }

    /// Gives the bytes to a device. Null if the chain of MDLs ends before, or without memory for map registers.
    /// @param highest the last address that the device can put on the bus
    /// @param onePiece whether the device takes one element only
    static DmaTransfer begin(Machine machine, Mdl first, long offset, long length, boolean toDevice, long highest, boolean onePiece, String owner) {
        List<Page> pages = pages(machine, first, offset, length);
        if (pages == null) {
            return null;
        }
        DmaTransfer transfer = new DmaTransfer(machine, pages, toDevice, owner);
        return transfer.map(highest, onePiece) ? transfer : null;
    }

    private boolean map(long highest, boolean onePiece) {
        Physical physical = machine.memory.physical;
        boolean scattered = false;
        boolean beyond = false;
        long end = -1;
        for (int i = 0; i < pages.size(); i++) {
            Page page = pages.get(i);
            long at = physical.address(page.frame) + page.offset;
            scattered |= i > 0 && at != end;
            end = at + page.count;
            boolean reached = Long.compareUnsigned(end - 1, highest) <= 0;
            copies[i] = reached ? -1 : (long) i * Memory.PAGE + page.offset;
            beyond |= !reached;
        }
        if (onePiece && (scattered || beyond)) {
            long next = pages.getFirst().offset;
            for (int i = 0; i < pages.size(); i++) {
                copies[i] = next;
                next += pages.get(i).count;
            }
            registers = (int) ((next + Memory.PAGE - 1) / Memory.PAGE);
        } else if (beyond) {
            registers = pages.size();
        }
        if (registers > 0 && !takeRegisters(highest)) {
            return false;
        }
        for (int i = 0; i < pages.size(); i++) {
            Page page = pages.get(i);
            physical.hold(page.frame);
            held.add(new Held(page.frame, page.offset, page.count, toDevice ? Use.TO_DEVICE : Use.FROM_DEVICE, owner));
            if (copies[i] >= 0 && toDevice) {
                copy(i, page.count);
            }
            element(copies[i] < 0 ? physical.address(page.frame) + page.offset : physical.address(firstRegister) + copies[i], page.count);
        }
        for (Element element : elements) {
            mappings.add(DmaMappings.of(machine).add(element.logical, element.length, toDevice ? Use.TO_DEVICE : Use.FROM_DEVICE, owner));
        }
        DmaMappings.of(machine).begin(this, held);
        return true;
    }

    private boolean takeRegisters(long highest) {
        Physical physical = machine.memory.physical;
        firstRegister = physical.take(registers);
        if (firstRegister < 0) {
            return false;
        }
        if (Long.compareUnsigned(physical.address(firstRegister) + (long) registers * Memory.PAGE - 1, highest) > 0) {
            giveRegisters();
            return false;
        }
        for (int i = 0; i < registers; i++) {
            physical.poison(firstRegister + i, 0, Memory.PAGE);
        }
        return true;
    }

    private void giveRegisters() {
        for (int i = 0; i < registers; i++) {
            machine.memory.physical.drop(firstRegister + i);
        }
    }

    /// Pages that follow one another on the bus are one element.
    private void element(long logical, long length) {
        Element last = elements.isEmpty() ? null : elements.getLast();
        if (last != null && last.logical + last.length == logical) {
            elements.set(elements.size() - 1, new Element(last.logical, last.length + length));
        } else {
            elements.add(new Element(logical, length));
        }
    }

    /// Copies the first bytes of a page to its map register or back; the copy may lie across two.
    private void copy(int index, int count) {
        Page page = pages.get(index);
        for (int done = 0; done < count; ) {
            long at = copies[index] + done;
            int frame = firstRegister + (int) (at / Memory.PAGE);
            int offset = (int) (at % Memory.PAGE);
            int piece = Math.min(count - done, Memory.PAGE - offset);
            if (toDevice) {
                machine.memory.physical.carry(page.frame, page.offset + done, frame, offset, piece);
            } else {
                machine.memory.physical.carry(frame, offset, page.frame, page.offset + done, piece);
            }
            done += piece;
        }
    }

    public List<Element> elements() {
        return List.copyOf(elements);
    }

    boolean uses(Mdl mdl) {
        return pages.stream().anyMatch(page -> page.mdl == mdl);
    }

    String owner() {
        return owner + (toDevice ? ", WriteToDevice" : ", ReadFromDevice");
    }

    /// The memory is the processor's again. What the device put into map registers goes to where it belongs: whatever stands in
    /// them, so that bytes which the device did not write become undefined.
    /// @param length bytes, from the first one on @param how the routine that ended it
    public void end(long length, String how) {
        if (ended) {
            return;
        }
        ended = true;
        DmaMappings.of(machine).finish(this, held);
        mappings.forEach(mapping -> DmaMappings.of(machine).end(mapping, how));
        long left = length;
        for (int i = 0; i < pages.size(); i++) {
            int count = (int) Math.min(left, pages.get(i).count);
            if (copies[i] >= 0 && !toDevice && count > 0) {
                copy(i, count);
            }
            left -= count;
            machine.memory.physical.drop(pages.get(i).frame);
        }
        giveRegisters();
    }
}
