// Signatures of CoreLibrary 1.17: System/Void.cs, System/IntPtr.cs, System/UIntPtr.cs,
// System/RuntimeFieldHandle.cs, System/RuntimeMethodHandle.cs, System/RuntimeTypeHandle.cs.
// Types that only the compiler handles; on the board they have no members either.

namespace System
{
    public struct Void
    {
    }

    public struct IntPtr
    {
    }

    public struct UIntPtr
    {
    }

    public struct RuntimeFieldHandle
    {
    }

    public struct RuntimeMethodHandle
    {
    }

    public struct RuntimeTypeHandle
    {
    }
}
