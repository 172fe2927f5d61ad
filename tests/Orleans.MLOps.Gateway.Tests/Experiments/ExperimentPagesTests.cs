using Orleans.MLOps.Experiments;
using Orleans.MLOps.Gateway.Tests.Support;

namespace Orleans.MLOps.Gateway.Tests.Experiments;

/// <summary>Lists that are longer than a message come in several.</summary>
public sealed class ExperimentPagesTests
{
    private const int Files = 40_000;
    private const int Folders = 20_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListArtifacts_MoreThanAMessage_ComeAll()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, arguments) => Task.FromResult(Page((ArtifactQuery)arguments[0]!));

        var files = await host.Client.Experiments.ListArtifactsAsync("owner", Token);

        Assert.Equal(Enumerable.Range(0, Files).Select(Path), files.Select(file => file.Path));
    }

    [Fact]
    public async Task ListArtifactFolder_MoreThanAMessage_ComesWhole()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, arguments) => Task.FromResult(Page((ArtifactQuery)arguments[0]!));

        var folder = await host.Client.Experiments.ListArtifactFolderAsync("owner", "in", Token);

        Assert.Equal(Enumerable.Range(0, Files).Select(Path), folder.Files.Select(file => file.Path));
        Assert.Equal(Enumerable.Range(0, Folders).Select(i => $"in/folder{i}"), folder.Folders);
    }

    [Fact]
    public async Task List_MoreThanAMessage_ComesUpToItsThousand()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, arguments) =>
        {
            var query = (ExperimentQuery)arguments[0]!;
            var from = int.Parse(query.PageToken ?? "0", null);
            var count = Math.Min(query.Limit, 300);
            return Task.FromResult(new ExperimentPage
            {
                Experiments = [.. Enumerable.Range(from, count).Select(i => new ExperimentInfo { ExperimentId = i, Project = query.Project, Name = $"e{i}", Tags = new() { ["note"] = new('x', 10_000) } })],
                NextPageToken = $"{from + count}",
            });
        };

        var experiments = await host.Client.Experiments.ListAsync("p", Token);

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), experiments.Select(experiment => experiment.ExperimentId));
        Assert.All(experiments, experiment => Assert.Equal("p", experiment.Project));
    }

    private static string Path(int i) => $"in/a file with a name as long as names of files are/{i}";

    private static ArtifactPage Page(ArtifactQuery query)
    {
        Assert.Equal("owner", query.Owner);
        Assert.Equal(query.Recursive ? "" : "in", query.Folder);
        var from = int.Parse(query.PageToken ?? "0", null);
        var entries = Enumerable.Range(from, query.Limit).Where(i => i < Files + (query.Recursive ? 0 : Folders)).ToArray();
        return new()
        {
            Files = [.. entries.Where(i => i < Files).Select(i => new ArtifactInfo { Path = Path(i), Digest = new string('d', 64), Length = i, CreatedAt = DateTimeOffset.UnixEpoch })],
            Folders = [.. entries.Where(i => i >= Files).Select(i => $"in/folder{i - Files}")],
            NextPageToken = entries.Length == query.Limit ? $"{from + entries.Length}" : null,
        };
    }
}
