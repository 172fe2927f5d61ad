using System.Diagnostics;

namespace Orleans.MLOps.Tests.Support;

/// <summary>A folder with room for little: a file system in memory, unmounted at the end.</summary>
public sealed class SmallFileSystem : IDisposable
{
    private readonly bool _owned;

    private SmallFileSystem(string path, bool owned) => (Path, _owned) = (path, owned);

    /// <summary>Why tests that need one are skipped; null when one can be mounted.</summary>
    public static string? Missing => OperatingSystem.IsLinux() && Environment.UserName == "root" ? null : "A small file system can be mounted by root on Linux only.";

    public string Path { get; }

    /// <summary>Mounts one on a new folder.</summary>
    /// <param name="size">Its size as mount writes it, such as <c>16m</c>.</param>
    /// <param name="owner">The user who may write to it.</param>
    public static async Task<SmallFileSystem> MountAsync(string size, string owner)
    {
        var path = Directory.CreateTempSubdirectory("mlops-small-").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "mlops-small", path);
        await RunAsync("chown", owner, path);
        return new SmallFileSystem(path, owned: true);
    }

    /// <summary>Mounts one over a folder, whose own files come back at the end.</summary>
    public static async Task<SmallFileSystem> CoverAsync(string path, string size)
    {
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "mlops-small", path);
        return new SmallFileSystem(path, owned: false);
    }

    /// <summary>Makes room.</summary>
    public Task GrowAsync(string size) => RunAsync("mount", "-o", $"remount,size={size}", Path);

    public void Dispose()
    {
        RunAsync("umount", "-l", Path).GetAwaiter().GetResult();
        if (_owned)
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}: {errors}");
        }
    }
}
