using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Storage.Blobs;
using Orleans.MLOps.Storage.Logs;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Durability;

/// <summary>What this executable does instead of running tests when the variable is set: writes to each store and says TRY and ACK on its output.</summary>
internal static class DurabilityChild
{
    public const string FolderVariable = "MLOPS_DURABILITY_FOLDER";
    public const string EarlyVariable = "MLOPS_DURABILITY_EARLY";
    public const int Rounds = 3;

    /// <summary>Does the child's work if this process is one.</summary>
    public static async Task<bool> RunIfAskedAsync()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } folder)
        {
            return false;
        }

        await RunAsync(folder, Environment.GetEnvironmentVariable(EarlyVariable) ?? "");
        return true;
    }

    private static async Task RunAsync(string folder, string early)
    {
        using var output = Console.OpenStandardOutput();
        var options = new StorageOptions { DataFolder = folder };
        await using var tables = TestTables.Open(options);
        var blobs = new FolderBlobStore(Path.Combine(folder, "blobs"), shared: false, NullLogger<FolderBlobStore>.Instance);
        using var logs = new SegmentLogStore(options, NullLogger<SegmentLogStore>.Instance);
        var log = logs.Open("a");
        for (var n = 1; n <= Rounds; n++)
        {
            var content = Encoding.UTF8.GetBytes($"content {n}");
            await TryAsync("table", n, () => tables.WriteAsync(TestTables.Insert($"{n}")));
            await TryAsync("blob", n, async () => await blobs.CommitAsync(await blobs.StageAsync(new MemoryStream(content))));
            await TryAsync("log", n, () => log.AppendAsync(content, durable: true).AsTask());
        }

        async Task TryAsync(string store, int n, Func<Task> write)
        {
            Say("TRY", store, n);
            if (early == store)
            {
                Say("ACK", store, n);
            }

            await write();
            if (early != store)
            {
                Say("ACK", store, n);
            }
        }

        void Say(string what, string store, int n) => output.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{what} {store} {n}\n")));
    }
}
