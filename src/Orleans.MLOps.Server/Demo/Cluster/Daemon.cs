using System.Diagnostics;

namespace Orleans.MLOps.Server.Demo.Cluster;

/// <summary>Describes programs that run beside the demo.</summary>
internal static class Daemon
{
    private const string SetSession = "/usr/bin/setsid";

    /// <summary>A program in a session of its own where there is one: Ctrl-C reaches the demo alone, which then stops things in their order.</summary>
    public static ProcessStartInfo Describe(string program, IEnumerable<string> arguments) => File.Exists(SetSession)
        ? new(SetSession, [program, .. arguments])
        : new(program, arguments);

    /// <summary>This very program with other arguments.</summary>
    public static ProcessStartInfo DescribeSelf(IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath ?? throw new UnavailableException("The system does not say which file this program is, so no silos can be started.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? Describe(program, [Environment.GetCommandLineArgs()[0], .. arguments])
            : Describe(program, arguments);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="UnavailableException">It failed; the message holds what it said.</exception>
    public static async Task RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new UnavailableException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with code {process.ExitCode}: {errors.Trim()} {(await output).Trim()}");
        }
    }
}
