typedef unsigned char UCHAR; typedef char CHAR; typedef unsigned short USHORT; typedef short SHORT; typedef unsigned int UINT;
typedef unsigned long ULONG; typedef long LONG; typedef unsigned long long ULONG64; typedef long long LONG64; typedef void *PVOID;
typedef enum { ZERO, ONE } KIND;
//// S01
typedef struct { UCHAR a; } S01;
//// S02
typedef struct { UCHAR a; ULONG b; } S02;
//// S03
typedef struct { ULONG a; UCHAR b; } S03;
//// S04
typedef struct { UCHAR a; ULONG64 b; UCHAR c; } S04;
//// S05
typedef struct { UCHAR a; USHORT b; UCHAR c; ULONG d; } S05;
//// S06
typedef struct { PVOID a; UCHAR b; PVOID c; } S06;
//// S07
typedef struct { UCHAR a[3]; USHORT b[2]; } S07;
//// S08
typedef struct { UCHAR a; S04 b; UCHAR c; } S08;
//// S09
typedef struct { LONG a; KIND b; UCHAR c; } S09;
//// S10
typedef union { UCHAR a; ULONG b; ULONG64 c; } S10;
//// S11
typedef union { UCHAR a[5]; ULONG b; } S11;
//// S12
typedef struct { UCHAR a; union { ULONG64 b; UCHAR c; } u; UCHAR d; } S12;
//// S13
typedef struct { ULONG a : 3; ULONG b : 5; ULONG c : 24; } S13;
//// S14
typedef struct { ULONG a : 3; ULONG b : 30; } S14;
//// S15
typedef struct { UCHAR a : 3; ULONG b : 5; } S15;
//// S16
typedef struct { ULONG a : 5; UCHAR b : 3; UCHAR c : 2; } S16;
//// S17
typedef struct { UCHAR a : 4; UCHAR b : 4; UCHAR c : 1; } S17;
//// S18
typedef struct { USHORT a : 9; USHORT b : 7; USHORT c : 1; UCHAR d; } S18;
//// S19
typedef struct { ULONG a : 1; LONG b : 2; UINT c : 3; } S19;
//// S20
typedef struct { ULONG a : 1; ULONG : 0; ULONG b : 1; } S20;
//// S21
typedef struct { UCHAR a : 1; ULONG : 0; UCHAR b : 1; } S21;
//// S22
typedef struct { UCHAR a; ULONG : 0; UCHAR b; } S22;
//// S23
typedef struct { ULONG a : 7; ULONG : 9; ULONG b : 4; } S23;
//// S24
typedef struct { UCHAR a; ULONG b : 4; UCHAR c; } S24;
//// S25
typedef struct { ULONG64 a : 33; ULONG64 b : 31; ULONG64 c : 1; } S25;
//// S26
typedef struct { ULONG64 a : 40; ULONG b : 8; } S26;
//// S27
typedef union { ULONG a : 3; ULONG b : 9; ULONG c; } S27;
//// S28
typedef union { UCHAR a : 3; USHORT b : 9; } S28;
//// S29
typedef struct { ULONG a : 4; UCHAR b; ULONG c : 4; } S29;
//// S30
#pragma pack(push, 1)
typedef struct { UCHAR a; ULONG b; USHORT c; ULONG64 d; } S30;
#pragma pack(pop)
//// S31
#pragma pack(push, 2)
typedef struct { UCHAR a; ULONG b; UCHAR c; ULONG64 d; } S31;
#pragma pack(pop)
//// S32
#pragma pack(push, 4)
typedef struct { UCHAR a; ULONG64 b; UCHAR c; } S32;
#pragma pack(pop)
//// S33
#pragma pack(push, 1)
typedef struct { UCHAR a; ULONG b : 3; ULONG c : 30; UCHAR d; } S33;
#pragma pack(pop)
//// S34
#pragma pack(push, 1)
typedef struct { UCHAR a; S04 b; UCHAR c; } S34;
#pragma pack(pop)
//// S35
typedef struct { UCHAR a; S30 b; UCHAR c; } S35;
//// S36
typedef struct { S30 a[3]; UCHAR b; } S36;
//// S37
typedef struct { ULONG a; ULONG64 b[]; } S37;
//// S38
typedef struct { USHORT a; USHORT b; PVOID c; } S38;
//// S39
typedef struct { KIND a : 2; KIND b : 2; UCHAR c; } S39;
//// S40
typedef struct { SHORT a : 4; USHORT b : 4; LONG c : 4; } S40;
//// S41
typedef struct { LONG64 a; LONG b; } S41;
//// S42
typedef struct { UCHAR a; struct { UCHAR b; ULONG c; } d; USHORT e; } S42;
//// S43
typedef struct { void (*a)(int); UCHAR b; } S43;
//// S44
typedef struct { UCHAR a[7]; ULONG64 b[2]; UCHAR c; } S44;
//// S45
#pragma pack(push, 2)
typedef union { UCHAR a[5]; ULONG64 b; } S45;
#pragma pack(pop)
//// S46
typedef struct { ULONG a : 16; ULONG b : 16; USHORT c : 16; USHORT d : 1; } S46;
//// S47
typedef struct { UCHAR a : 7; UCHAR : 0; USHORT b : 3; } S47;
//// S48
#pragma pack(push, 1)
typedef struct { ULONG a : 5; ULONG : 0; UCHAR b; } S48;
#pragma pack(pop)
