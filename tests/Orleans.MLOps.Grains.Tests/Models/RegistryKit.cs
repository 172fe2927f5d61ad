using Orleans.MLOps.Governance;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Tests.Models;

/// <summary>What the registry does over the tables of either engine: models and versions.</summary>
public abstract partial class RegistryKit
{
    private const string Prompt = "mlflow.prompt.is_prompt";

    private protected abstract Task<RegistryStore> OpenAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_ForeignVersion_IsReadyAndKeepsWhatItCameWith()
    {
        await using var store = await OpenAsync();
        var command = RegistryStore.Foreign("a") with
        {
            RunId = "r",
            RunLink = "http://runs/r",
            LoggedModelId = "m-1",
            User = "anna",
            Description = "größer",
            Tags = new() { ["k"] = "" },
            Metrics = new() { ["nan"] = double.NaN, ["infinite"] = double.NegativeInfinity },
            Outputs = [new OutputColumn { Name = "y", Type = "double" }],
        };

        var version = await store.RegisterAsync(command);
        var again = await store.RegisterAsync(command);

        Assert.Equal(CatalogJson.Write(version), CatalogJson.Write(again));
        Assert.Equal((1, ModelVersionStatus.Ready, ModelStage.None), (version.Version, version.Status, version.Stage));
        Assert.Equal((command.Source, "r", "anna", "größer", "m-1"), (version.Source, version.RunId, version.User, version.Description, version.LoggedModelId));
        Assert.Equal(("", double.NaN), (version.Tags["k"], version.Metrics["nan"]));
        Assert.Equal("y", Assert.Single(version.Outputs).Name);
        Assert.Null(version.Digest);
        Assert.Null(version.Onnx);
        await Assert.ThrowsAsync<AlreadyExistsException>(() => store.RegisterAsync(command with { Source = "elsewhere" }));
    }

    [Fact]
    public async Task Register_ManyAtOnce_EachGetsANumberOfItsOwnAndRepeatsTheSame()
    {
        await using var store = await OpenAsync();

        // Each command is sent twice, as after a lost answer; no grain orders them.
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).SelectMany(i => new[] { i % 4, i % 4 }).Select(async i =>
        {
            while (true)
            {
                try
                {
                    return (Operation: i, (await store.RegisterAsync($"op{i}")).Version);
                }
                catch (UnavailableException)
                {
                    // Others came in between too often: the command may be repeated.
                }
            }
        }));

        Assert.Equal([1, 2, 3, 4], versions.Select(version => version.Version).Distinct().Order());
        Assert.All(versions.GroupBy(version => version.Operation), group => Assert.Single(group.Select(version => version.Version).Distinct()));
        Assert.Equal(4, (await store.GetAsync()).LatestVersion);
    }

    [Fact]
    public async Task Register_WrongTexts_AreRefusedAndNothingIsWritten()
    {
        await using var store = await OpenAsync();
        RegisterModelVersion[] wrong =
        [
            RegistryStore.Foreign("a") with { Source = null },
            RegistryStore.Foreign("a") with { Source = "a/../b" },
            RegistryStore.Foreign("a") with { Source = "a/%2e%2E/b" },
            RegistryStore.Foreign("a") with { Source = "a\\..\\b" },
            RegistryStore.Foreign("a") with { Source = new string('a', 2001) },
            RegistryStore.Foreign("a") with { Tags = new() { [""] = "v" } },
            RegistryStore.Foreign("a") with { Tags = new() { ["k"] = "\0" } },
            RegistryStore.Foreign("a") with { Description = "\ud800" },
            RegistryStore.Foreign("a") with { NetworkJson = "{}" },
            RegistryStore.Foreign(""),
        ];
        foreach (var command in wrong)
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => store.RegisterAsync(command));
        }

        await Assert.ThrowsAsync<NotFoundException>(() => store.RegisterAsync(RegistryStore.Foreign("a") with { ModelMustExist = true }));
        Assert.Null(await store.Registry.Tables.FindAsync(RegistryStore.Key, Token));
    }

    [Fact]
    public async Task Delete_Version_ItsNumberStaysUsedAndItsAliasGoesOnRecord()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync("a");
        await store.RegisterAsync("b");
        await store.MoveAsync("move", 2, null);

        await store.Registry.Versions.DeleteAsync(RegistryStore.Key, 2, Token);

        Assert.Equal(3, (await store.RegisterAsync("c")).Version);
        await Assert.ThrowsAsync<NotFoundException>(() => store.GetVersionAsync(2));
        await Assert.ThrowsAsync<NotFoundException>(() => store.RegisterAsync("b"));
        var model = await store.GetAsync();
        Assert.Empty(model.Aliases);
        Assert.Equal([(null, 2), (2, null)], model.History.Select(change => (change.From, change.To)));
    }

    [Fact]
    public async Task Delete_VersionWithWeightsBehindAnAlias_IsRefused()
    {
        await using var store = await OpenAsync();
        await store.RegisterWeightsAsync("a");
        await store.MoveAsync("move", 1, null);

        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.Registry.Versions.DeleteAsync(RegistryStore.Key, 1, Token));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.Registry.Models.DeleteAsync(RegistryStore.Key, Token));
        Assert.Equal(["champion"], (await store.GetVersionAsync(1)).Aliases);

        await store.MoveAsync("off", null, 1);
        await store.Registry.Versions.DeleteAsync(RegistryStore.Key, 1, Token);
    }

    [Fact]
    public async Task Delete_ModelOnceWithWeights_ItsNumbersStayUsed()
    {
        await using var store = await OpenAsync();
        await store.RegisterWeightsAsync("a");
        await store.RegisterAsync("b");

        await store.Registry.Models.DeleteAsync(RegistryStore.Key, Token);

        Assert.Null(await store.Registry.Tables.FindAsync(RegistryStore.Key, Token));
        Assert.Equal(3, (await store.RegisterAsync("b")).Version);
    }

    [Fact]
    public async Task Delete_ForeignModel_TakesEverythingAndStartsAfresh()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync(RegistryStore.Foreign("a") with { Tags = new() { ["k"] = "v" } });
        await store.MoveAsync("move", 1, null);
        await store.SetGatesAsync(new PromotionGate { Kind = GateKind.ParityPassed });
        await store.Registry.Versions.ApproveAsync(RegistryStore.Key, new ApproveVersion { Model = "m", Version = 1, Approver = "berta" }, Token);
        await store.Registry.Versions.EditCardAsync(RegistryStore.Key, new EditModelCard { Model = "m", Version = 1, Text = "card" }, Token);
        await store.Registry.Models.UpdateAsync(RegistryStore.Key, new UpdateModel { Model = "m", SetTags = new() { ["k"] = "v" } }, Token);

        await store.SetGatesAsync();
        await store.Registry.Models.DeleteAsync(RegistryStore.Key, Token);

        string[] tables = ["registered_models", "registered_model_tags", "model_versions", "model_version_tags", "model_approvals", "model_cards", "model_aliases", "model_alias_history", "model_gates", "model_operations"];
        foreach (var table in tables)
        {
            Assert.Equal(0, Assert.Single(await store.Tables.QueryAsync($"SELECT count(*) FROM {table}", row => row.GetInt64(0), Token)));
        }

        Assert.Equal(1, (await store.RegisterAsync("a")).Version);
        await Assert.ThrowsAsync<NotFoundException>(() => store.Registry.Models.DeleteAsync(new ModelKey("default", "other"), Token));
    }

    [Fact]
    public async Task Rename_ForeignModel_EverythingGoesAlong()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync(RegistryStore.Foreign("a") with { Tags = new() { ["k"] = "v" } });
        await store.MoveAsync("move", 1, null);
        await store.Registry.Versions.EditCardAsync(RegistryStore.Key, new EditModelCard { Model = "m", Version = 1, Text = "card" }, Token);
        var renamed = await store.Registry.Models.RenameAsync(RegistryStore.Key, new RenameModel { Model = "m", NewName = "n" }, Token);

        var version = await store.Registry.Tables.RequireVersionAsync(renamed, 1, Token);

        Assert.Equal(("n", "v"), (version.Model, version.Tags["k"]));
        Assert.Equal(["champion"], version.Aliases);
        Assert.Equal("card", (await store.Registry.Reports.GetCardAsync(renamed, 1, Token)).Edited);
        Assert.Single((await store.Registry.Tables.DescribeAsync(renamed, Token))!.History);
        Assert.Null(await store.Registry.Tables.FindAsync(RegistryStore.Key, Token));
        await store.RegisterAsync("b");
        await Assert.ThrowsAsync<AlreadyExistsException>(() => store.Registry.Models.RenameAsync(RegistryStore.Key, new RenameModel { Model = "m", NewName = "n" }, Token));
        await store.RegisterWeightsAsync("c");
        await Assert.ThrowsAsync<FailedPreconditionException>(() => store.Registry.Models.RenameAsync(RegistryStore.Key, new RenameModel { Model = "m", NewName = "o" }, Token));
    }

    [Fact]
    public async Task Update_DescriptionAndTags_ChangeOnlyWhatIsGiven()
    {
        await using var store = await OpenAsync();
        await store.Registry.Models.CreateAsync(RegistryStore.Key, new CreateModel { Name = "m", Description = "d", Tags = new() { ["a"] = "1", ["b"] = "2" } }, Token);
        await store.Registry.Models.CreateAsync(RegistryStore.Key, new CreateModel { Name = "m", Description = "other" }, Token);
        var created = await store.GetAsync();

        await store.Registry.Models.UpdateAsync(RegistryStore.Key, new UpdateModel { Model = "m", SetTags = new() { ["b"] = "3" }, DeleteTags = ["a", "missing"] }, Token);
        var tagged = await store.GetAsync();
        await store.Registry.Models.UpdateAsync(RegistryStore.Key, new UpdateModel { Model = "m", Description = "" }, Token);
        var updated = await store.GetAsync();

        Assert.Equal(("d", 0), (created.Description, created.LatestVersion));
        Assert.Equal([("b", "3")], tagged.Tags.Select(tag => (tag.Key, tag.Value)));
        Assert.Equal(created.UpdatedAt, tagged.UpdatedAt);
        Assert.Null(updated.Description);
        Assert.True(updated.UpdatedAt > created.UpdatedAt);
        await Assert.ThrowsAsync<AlreadyExistsException>(() => store.Registry.Models.CreateAsync(RegistryStore.Key, new CreateModel { Name = "m", MustBeNew = true }, Token));
        await Assert.ThrowsAsync<NotFoundException>(() => store.Registry.Models.UpdateAsync(new ModelKey("default", "x"), new UpdateModel { Model = "x" }, Token));
    }

    [Fact]
    public async Task Transition_Stages_ArchiveOthersOnlyWhenAsked()
    {
        await using var store = await OpenAsync();
        await store.RegisterAsync("a");
        await store.RegisterAsync("b");
        await store.RegisterAsync("c");

        await TransitionAsync(1, ModelStage.Production);
        await TransitionAsync(2, ModelStage.Production);
        await TransitionAsync(3, ModelStage.Production, archive: true);

        Assert.Equal([ModelStage.Archived, ModelStage.Archived, ModelStage.Production], await Task.WhenAll(new[] { 1, 2, 3 }.Select(async i => (await store.GetVersionAsync(i)).Stage)));
        await Assert.ThrowsAsync<InvalidInputException>(() => TransitionAsync(1, ModelStage.None, archive: true));
        await Assert.ThrowsAsync<NotFoundException>(() => TransitionAsync(4, ModelStage.None));
        var latest = await store.Search.ListLatestAsync(new LatestVersionsQuery { Models = ["m", "unknown"] }, Token);
        Assert.Equal([(3, ModelStage.Production), (2, ModelStage.Archived)], latest.Select(version => (version.Version, version.Stage)));
        Assert.Empty(await store.Search.ListLatestAsync(new LatestVersionsQuery { Models = ["m"], Stages = [ModelStage.None] }, Token));

        Task TransitionAsync(int version, ModelStage stage, bool archive = false) => store.Registry.Versions.TransitionAsync(
            RegistryStore.Key, new TransitionStage { Model = "m", Version = version, Stage = stage, ArchiveExisting = archive }, Token);
    }

    [Fact]
    public async Task Search_ModelsByNameAndTags_PagesInOrder()
    {
        await using var store = await OpenAsync();
        foreach (var name in new[] { "b", "a", "c%", "d" })
        {
            await store.Registry.Models.CreateAsync(
                new ModelKey("default", name), new CreateModel { Name = name, Tags = name == "d" ? new() { [Prompt] = "true" } : new() { ["k"] = name } }, Token);
        }

        Assert.Equal(["a", "b", "c%", "d"], await NamesAsync(null));
        Assert.Equal(["d", "c%", "b", "a"], await NamesAsync(null, "name DESC"));
        Assert.Equal(["b", "a", "c%", "d"], await NamesAsync(null, "creation_timestamp ASC"));
        Assert.Equal(["b"], await NamesAsync("name = 'b'"));
        Assert.Equal(["c%"], await NamesAsync("name LIKE 'c%'"));
        Assert.Equal(["b"], await NamesAsync("tags.k = 'b'"));
        Assert.Equal(["a", "b", "c%"], await NamesAsync($"tags.`{Prompt}` != 'true'"));
        Assert.Equal(["a", "b", "c%"], await NamesAsync($"tags.`{Prompt}` = 'false'"));
        Assert.Equal(["d"], await NamesAsync($"tags.`{Prompt}` = 'true'"));
        Assert.Empty(await NamesAsync("name = 'b'' OR 1=1 --'"));
        await Assert.ThrowsAsync<InvalidInputException>(() => NamesAsync("name = 'a' OR name = 'b'"));
        await Assert.ThrowsAsync<InvalidInputException>(() => NamesAsync(null, "nonsense"));
        await Assert.ThrowsAsync<InvalidInputException>(() => store.Search.SearchAsync(new ModelQuery { PageToken = "AAAA" }, Token));

        async Task<string[]> NamesAsync(string? filter, params string[] order)
        {
            var names = new List<string>();
            string? token = null;
            do
            {
                var page = await store.Search.SearchAsync(new ModelQuery { Filter = filter, OrderBy = order, Limit = 2, PageToken = token }, Token);
                names.AddRange(page.Models.Select(model => model.Name));
                token = page.NextPageToken;
            }
            while (token is not null);

            return [.. names];
        }
    }

    [Fact]
    public async Task Search_Versions_FiltersAndPagesAcrossModels()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            await store.RegisterAsync(RegistryStore.Foreign($"a{i}", "a") with { RunId = $"r{i}", Tags = new() { ["k"] = $"{i}" } });
            await store.RegisterAsync(RegistryStore.Foreign($"b{i}", "b"));
        }

        Assert.Equal(["b3", "a3", "b2", "a2", "b1", "a1"], await FindAsync(null));
        Assert.Equal(["a1", "a2", "a3"], await FindAsync("name = 'a'", "version_number ASC"));
        Assert.Equal(["a2", "a1"], await FindAsync("run_id IN ('r0', 'r1')"));
        Assert.Equal(["a2"], await FindAsync("tags.k = '1' AND version_number > 1"));
        Assert.Equal(["b2"], await FindAsync("source_path LIKE '%/b1/%'"));
        Assert.Equal(["1"], (await store.Search.SearchVersionsAsync(new ModelVersionQuery { Filter = "tags.k = '1'" }, Token)).Versions.Select(version => version.Tags["k"]));

        async Task<string[]> FindAsync(string? filter, params string[] order)
        {
            var found = new List<string>();
            string? token = null;
            do
            {
                var page = await store.Search.SearchVersionsAsync(new ModelVersionQuery { Filter = filter, OrderBy = order, Limit = 2, PageToken = token }, Token);
                found.AddRange(page.Versions.Select(version => $"{version.Model}{version.Version}"));
                token = page.NextPageToken;
            }
            while (token is not null);

            return [.. found];
        }
    }

    [Fact]
    public async Task Catalog_ModelsAndVersions_AreListedNewestFirstByPages()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            await store.RegisterAsync(RegistryStore.Foreign($"a{i}", "a/ä"));
            await store.RegisterAsync(RegistryStore.Foreign($"b{i}", "b"));
        }

        var models = await ListAsync(new CatalogQuery { Kind = "model", Limit = 1 });
        var versions = await ListAsync(new CatalogQuery { Kind = "model-version", Limit = 4 });
        var children = await ListAsync(new CatalogQuery { Kind = "model-version", Parent = "model/default/a%2F%C3%A4", Status = "Ready" });

        Assert.Equal(["b", "a/ä"], models.Select(entry => entry.Name));
        Assert.Equal(6, versions.Select(entry => entry.Key).Distinct().Count());
        Assert.Equal([3, 2, 1], children.Select(entry => CatalogJson.Read<ModelVersionInfo>(entry.Json).Version));
        Assert.Equal("model/default/a%2F%C3%A4/3", children[0].Key);

        async Task<List<CatalogEntry>> ListAsync(CatalogQuery query)
        {
            var entries = new List<CatalogEntry>();
            do
            {
                var page = await store.Catalog.ListAsync(query, Token);
                entries.AddRange(page.Entries);
                query = query with { PageToken = page.NextPageToken };
            }
            while (query.PageToken is not null);

            return entries;
        }
    }
}
