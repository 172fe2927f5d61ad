using System.Globalization;
using System.Text.Json;

namespace Orleans.MLOps.Hosting.Stores;

/// <summary>
/// The right of one process to use a data folder. The operating system holds the lock on <c>node.lock</c> and drops it when the
/// process ends, however it ends, so files of a dead process are no obstacle; <c>node.owner</c> beside it only says who.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    private const string LockFile = "node.lock";
    private const string OwnerFile = "node.owner";

    private readonly FileStream _stream;

    private DataFolderLock(string folder, FileStream stream)
    {
        Folder = folder;
        _stream = stream;
    }

    /// <summary>The full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Creates the folder if it is missing and takes its lock until the result is disposed.</summary>
    /// <exception cref="FailedPreconditionException">Another node holds the folder; the message says which process and since when.</exception>
    /// <exception cref="InvalidInputException">The path is no folder, or this process may not write it.</exception>
    public static DataFolderLock Acquire(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var path = Path.GetFullPath(folder);
        if (File.Exists(path))
        {
            throw new InvalidInputException($"The data folder {path} is a file; name a folder.", "DataFolder");
        }

        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The data folder {path} cannot be created ({OneLine(error)}); name a folder that this process may write.", "DataFolder", error);
        }

        var stream = Open(path);
        try
        {
            File.WriteAllText(Path.Combine(path, OwnerFile), JsonSerializer.Serialize(DataFolderOwner.ThisProcess()));
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        return new DataFolderLock(path, stream);
    }

    /// <summary>Gives the folder back. Idempotent.</summary>
    public void Dispose() => _stream.Dispose();

    private static FileStream Open(string path)
    {
        var file = Path.Combine(path, LockFile);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw NotWritable(path, error);
        }
        catch (IOException error) when (!File.Exists(file))
        {
            throw NotWritable(path, error);
        }
        catch (IOException error)
        {
            throw new FailedPreconditionException(
                $"The data folder {path} is in use by another node{Describe(Path.Combine(path, OwnerFile))}; stop that node or name another folder.", "DataFolder", error);
        }
    }

    private static InvalidInputException NotWritable(string path, Exception error) =>
        new($"The data folder {path} cannot be written ({OneLine(error)}); name a folder that this process may write.", "DataFolder", error);

    private static string Describe(string ownerFile)
    {
        try
        {
            return JsonSerializer.Deserialize<DataFolderOwner>(File.ReadAllText(ownerFile)) is { } owner
                ? string.Create(CultureInfo.InvariantCulture, $" (process {owner.ProcessId}, started {owner.StartedAt:yyyy-MM-dd HH:mm:ss} UTC)")
                : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return "";
        }
    }

    private static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
