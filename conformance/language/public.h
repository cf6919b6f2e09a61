#ifndef PUBLIC_H
#define PUBLIC_H
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#define SAMPLE_TYPE 40000
#define IOCTL_SAMPLE_SWAP \
    CTL_CODE(SAMPLE_TYPE, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_SAMPLE_OTHER CTL_CODE( SAMPLE_TYPE, 0x902, METHOD_OUT_DIRECT, FILE_READ_ACCESS | FILE_WRITE_ACCESS )

#pragma pack(push, 1)
typedef struct _SAMPLE_PACKED {
    UCHAR  Kind;
    ULONG  Value;
    USHORT Count;
} SAMPLE_PACKED, *PSAMPLE_PACKED;
#pragma pack(pop)

typedef struct _SAMPLE_WIDE {
    UCHAR  Kind;
    ULONG  Value;
    USHORT Count;
} SAMPLE_WIDE, *PSAMPLE_WIDE;

#if 0
this is not C at all {{{
#endif

DEFINE_GUID(GUID_SAMPLE, 0x11223344, 0x5566, 0x7788, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0x00);

#ifdef __cplusplus
}
#endif
#endif
