using System.Diagnostics;

namespace Orleans.MLOps.Learning.Tests;

/// <summary>Starts this test program again for one test alone; that test sees <see cref="Argument"/> and does its inner part.</summary>
internal static class FreshProcess
{
    private const string Mark = "ORLEANS_MLOPS_FRESH_PROCESS";

    /// <summary>What the starting test handed over; null in a process that nobody started this way.</summary>
    public static string? Argument => Environment.GetEnvironmentVariable(Mark);

    public static async Task<(int Code, string Output)> Run(string test, string argument, string? temporaryFolder = null)
    {
        var results = Directory.CreateTempSubdirectory();
        try
        {
            return await Run(test, argument, temporaryFolder, results.FullName, TestContext.Current.CancellationToken);
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> Run(
        string test, string argument, string? temporaryFolder, string results, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--filter-method", $"*.{test}", "--results-directory", results },
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Insert(0, typeof(FreshProcess).Assembly.Location);
        start.Environment[Mark] = argument;
        if (temporaryFolder is not null)
            start.Environment["TMPDIR"] = temporaryFolder;
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellation);
            var output = await process.StandardOutput.ReadToEndAsync(cancellation) + await error;
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
