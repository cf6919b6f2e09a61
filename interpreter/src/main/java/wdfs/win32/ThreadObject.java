package wdfs.win32;

import wdfs.kernel.Waitable;

/// What a thread's handle leads to; signaled when the thread has ended.
final class ThreadObject extends Waitable {
    final UserThread thread;

    ThreadObject(UserThread thread) {
        this.thread = thread;
    }

    @Override
    public boolean isSignaled() {
        return thread.finished;
    }

    @Override
    public void satisfied() {}

    @Override
    public String waitName() {
        return "thread " + thread.threadName();
    }
}
