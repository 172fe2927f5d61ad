using System.Diagnostics;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>The git commit of a folder and whether its files differ from it; nothing where there is no git.</summary>
internal sealed record SourceState(string? Commit, bool IsDirty)
{
    public static async Task<SourceState> OfAsync(string folder, CancellationToken cancellationToken)
    {
        var commit = await AskAsync(folder, ["rev-parse", "HEAD"], cancellationToken).ConfigureAwait(false);
        return commit is not { Length: > 0 }
            ? new(null, false)
            : new(commit, await AskAsync(folder, ["status", "--porcelain"], cancellationToken).ConfigureAwait(false) is { Length: > 0 });
    }

    private static async Task<string?> AskAsync(string folder, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true });
            var output = git!.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = git.StandardError.ReadToEndAsync(cancellationToken);
            await git.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            return git.ExitCode == 0 ? (await output.ConfigureAwait(false)).Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
