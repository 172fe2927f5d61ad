using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Grains.Tests.Experiments.Search;
using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Grains.Tests.Models;

/// <summary>Pages end where they would be larger than a message.</summary>
public abstract partial class RegistryKit
{
    [Fact]
    public async Task Search_LongTags_FitMessagesAndComeAll()
    {
        const int Models = 200;
        await using var store = await OpenAsync();
        for (var i = 0; i < Models; i++)
        {
            await store.RegisterAsync(RegistryStore.Foreign($"{i}", $"m{i:d3}"));
        }

        var text = new string('x', 30_000);
        await store.Tables.WriteAsync(
            new TableWrite()
                .Add($"INSERT INTO registered_model_tags (project, model, key, value) SELECT project, name, 'note', '{text}' FROM registered_models")
                .Add($"INSERT INTO model_version_tags (project, model, version, key, value) SELECT project, model, version, 'note', '{text}' FROM model_versions"),
            Token);

        var models = await MessagePages.ReadAsync(
            token => store.Search.SearchAsync(new ModelQuery { Limit = 1000, PageToken = token }, Token), page => page.NextPageToken,
            RecordMapper<ModelPage, W.ModelPage>.ToMessage);
        var versions = await MessagePages.ReadAsync(
            token => store.Search.SearchVersionsAsync(new ModelVersionQuery { OrderBy = ["name"], Limit = 1000, PageToken = token }, Token), page => page.NextPageToken,
            RecordMapper<ModelVersionPage, W.ModelVersionPage>.ToMessage);

        string[] names = [.. Enumerable.Range(0, Models).Select(i => $"m{i:d3}")];
        Assert.Equal(names, models.SelectMany(page => page.Models).Select(model => model.Name));
        Assert.Equal(names, versions.SelectMany(page => page.Versions).Select(version => version.Model));
        Assert.All(models.SelectMany(page => page.Models), model => Assert.Equal(text, model.Tags["note"]));
        Assert.All(versions.SelectMany(page => page.Versions), version => Assert.Equal(text, version.Tags["note"]));
    }
}
