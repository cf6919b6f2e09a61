package wdfs.machine;

/// A small open hash table from `long` to objects, without boxing. Iteration is not offered, for its order would be chance:
/// there are the keys, sorted.
public final class LongMap<V> {
    private long[] keys = new long[32];
    private Object[] values = new Object[32];
    private int size;

    private static int slot(long key, int mask) {
        return (int) (key * 0x9E3779B97F4A7C15L >>> 40) & mask;
    }

    public int size() {
        return size;
    }

    public long[] sortedKeys() {
        long[] found = new long[size];
        int count = 0;
        for (int i = 0; i < keys.length; i++) {
            if (values[i] != null) {
                found[count++] = keys[i];
            }
        }
        java.util.Arrays.sort(found);
        return found;
    }

    @SuppressWarnings("unchecked")
    public V get(long key) {
        int mask = keys.length - 1;
        for (int i = slot(key, mask); values[i] != null; i = (i + 1) & mask) {
            if (keys[i] == key) {
                return (V) values[i];
            }
        }
        return null;
    }

    public void put(long key, V value) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int mask = keys.length - 1;
        int i = slot(key, mask);
        while (values[i] != null && keys[i] != key) {
            i = (i + 1) & mask;
        }
        if (values[i] == null) {
            keys[i] = key;
            size++;
        }
        values[i] = value;
    }

    @SuppressWarnings("unchecked")
    public V remove(long key) {
        int mask = keys.length - 1;
        int i = slot(key, mask);
        while (values[i] != null && keys[i] != key) {
            i = (i + 1) & mask;
        }
        V found = (V) values[i];
        if (found == null) {
            return null;
        }
        size--;
        int hole = i;
        for (int j = (i + 1) & mask; values[j] != null; j = (j + 1) & mask) {
            if (((j - slot(keys[j], mask)) & mask) >= ((j - hole) & mask)) {
                keys[hole] = keys[j];
                values[hole] = values[j];
                hole = j;
            }
        }
        values[hole] = null;
        return found;
    }

    @SuppressWarnings("unchecked")
    private void grow() {
        long[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[oldKeys.length * 2];
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                put(oldKeys[i], (V) oldValues[i]);
            }
        }
    }
}
