package wdfs.kernel;

import wdfs.runtime.Caller;

/// An object that hears of its handles.
public interface HandleObject {
    void handleOpened();

    void handleClosed(Caller caller);
}
