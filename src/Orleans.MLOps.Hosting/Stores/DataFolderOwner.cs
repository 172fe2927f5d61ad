using System.Diagnostics;

namespace Orleans.MLOps.Hosting.Stores;

/// <summary>Who holds a data folder, for the message that the next one gets.</summary>
internal sealed record DataFolderOwner(int ProcessId, DateTimeOffset StartedAt)
{
    public static DataFolderOwner ThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        return new DataFolderOwner(process.Id, process.StartTime.ToUniversalTime());
    }
}
