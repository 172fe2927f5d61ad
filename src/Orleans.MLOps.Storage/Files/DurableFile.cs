using System.Runtime.InteropServices;

namespace Orleans.MLOps.Storage.Files;

/// <summary>The file operations that survive a power cut.</summary>
internal static partial class DurableFile
{
    private const int ErrorNoSpaceUnix = 28;
    private const int ErrorFileTooBigUnix = 27;
    private const int ErrorQuotaLinux = 122;
    private const int ErrorQuotaMac = 69;
    private const int ErrorDiskFullWindows = unchecked((int)0x80070070);
    private const int ErrorHandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>
    /// Makes the names in a folder durable: what was created, renamed or removed in it. On Windows it does nothing: NTFS journals
    /// names itself and has no such call.
    /// </summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw Failure("open", folder);
        }

        try
        {
            if (Flush(descriptor) != 0)
            {
                throw Failure("fsync", folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Creates a folder and makes its name durable, level by level.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (parent is not null)
        {
            CreateFolder(parent);
        }

        Directory.CreateDirectory(folder);
        if (parent is not null)
        {
            FlushFolder(parent);
        }
    }

    /// <summary>A second name for the same bytes. False when the file system cannot (another volume, or no links at all).</summary>
    public static bool TryHardLink(string existing, string added)
    {
        if (OperatingSystem.IsWindows())
        {
            return CreateHardLink(added, existing, 0);
        }

        return Link(existing, added) == 0;
    }

    /// <summary>Whether an error says that the disk, or the share of it that this user has, is full.</summary>
    public static bool IsDiskFull(IOException error) => OperatingSystem.IsWindows()
        ? error.HResult is ErrorDiskFullWindows or ErrorHandleDiskFullWindows
        : error.HResult is ErrorNoSpaceUnix or ErrorFileTooBigUnix || error.HResult == (OperatingSystem.IsMacOS() ? ErrorQuotaMac : ErrorQuotaLinux);

    /// <summary>The platform's error for a failed file operation.</summary>
    public static MLOpsException ToPlatform(Exception error, string doing) => error switch
    {
        IOException io when IsDiskFull(io) => new ResourceExhaustedException($"The disk is full while {doing}; nothing was kept.", inner: error),
        _ => new UnavailableException($"The file system failed while {doing}: {error.Message}", inner: error),
    };

    private static IOException Failure(string call, string path)
    {
        var code = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(code)}", code);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string added, string existing, nint security);
}
