package wdfs.runtime;

import java.util.List;

/// What a report is about besides memory: a request. Reports ask it for its description and for its story so far.
public interface Subject {
    /// `request    #2  IRP_MJ_DEVICE_CONTROL  IOCTL_X  METHOD_BUFFERED  in 12  out 64`, and more such lines.
    List<String> description();

    String storyTitle();

    /// One line for each thing that happened to it, in order, with its time and place.
    List<String> story();
}
