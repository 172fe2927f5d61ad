using CsCheck;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Tests.Serving.Tensors;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Scoring;

public sealed class ScoringJobTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private readonly ScoringWorld _world = new(platform);

    [Fact]
    public async Task ScoreDataset_Network_GivesTheBitsOfPredictions()
    {
        var model = await platform.ServeAsync();
        var source = await _world.IngestAsync(ReplayPlatform.NewName(), ScoringWorld.Csv(2500));
        var input = await _world.RowsAsync(source, "id, x, c");

        var job = await _world.Serving.ScoreDatasetAsync(ScoringWorld.Command(source.Name, model, 700));

        Assert.Equal((ScoringJobStatus.Completed, 4, 4, 2500L), (job.Status, job.Partitions, job.PartitionsDone, job.Rows));
        Assert.Equal((source.Digest, model, 1), (job.DatasetDigest, job.Model, job.Version));
        var version = await platform.Client.Datasets.GetAsync(job.Target, job.TargetDigest);
        Assert.Equal(["id", "x", "c", "probability"], version.Columns.Select(column => column.Name));
        var rows = await _world.RowsAsync(version, "id, x, c, probability");
        Assert.Equal(input, rows.Select(row => row[..3]));
        Assert.Equal(await PredictAsync(model, input), rows.Select(row => (double)row[3]!));
        Assert.Empty(_world.Leftovers());
    }

    [Fact]
    public async Task ScoreDataset_AnyRowsAndPartitions_OneRowForEachInOrder()
    {
        var model = await _world.RegisterAsync();
        await Gen.Select(Gen.OneOf(Gen.Const(1), Gen.Int[1, 30]), Gen.OneOf(Gen.Const(1), Gen.Int[1, 40]), Gen.Int[0, 2]).SampleAsync(
            async (rows, size, rejected) =>
            {
                // Rejected rows leave holes between the ordinals, in the end partitions without rows.
                Expectation[] rules = rejected == 0 || rows < 4 ? [] : [new() { Column = "id", Kind = ExpectationKind.Range, Minimum = rejected * rows / 3 }];
                var source = await _world.IngestAsync(ReplayPlatform.NewName(), ScoringWorld.Csv(rows), new IngestOptions { Expectations = rules });

                var job = await _world.Serving.ScoreDatasetAsync(ScoringWorld.Command(source.Name, model, size));

                var version = await platform.Client.Datasets.GetAsync(job.Target, job.TargetDigest);
                Assert.Equal((source.RowCount, source.RowCount), (version.RowCount, job.Rows));
                Assert.Equal(await _world.RowsAsync(source, "id"), await _world.RowsAsync(version, "id"));
                Assert.Equal(Enumerable.Range(0, (int)source.RowCount).Select(i => (object)(long)i), (await _world.RowsAsync(version, "row_ordinal")).Select(row => row[0]));
            },
            iter: 12,
            threads: 1);
        Assert.Empty(_world.Leftovers());
    }

    [Fact]
    public async Task ScoreDataset_Repeated_IsTheSameJobAndVersionWithItsLineage()
    {
        var model = await _world.RegisterAsync();
        var source = await _world.IngestAsync(ReplayPlatform.NewName(), ScoringWorld.Csv(20));
        var command = ScoringWorld.Command(source.Name, model) with { Columns = ["id"], Outputs = new() { ["probability"] = "late" } };

        var first = await _world.Serving.ScoreDatasetAsync(command);
        var again = await _world.Serving.ScoreDatasetAsync(command);
        var other = await _world.Serving.ScoreDatasetAsync(command with { Name = ReplayPlatform.NewName(), OperationId = "other" });

        Assert.Equal(first, again);
        var version = await platform.Client.Datasets.GetAsync(first.Target, first.TargetDigest);
        Assert.Equal(["id", "late"], version.Columns.Select(column => column.Name));
        Assert.Equal([new DatasetVersionKey("default", source.Name, source.Digest).ToString(), new ModelVersionKey("default", model, 1).ToString()], version.Parents);
        Assert.Contains(first.ModelDigest!, version.Source, StringComparison.Ordinal);
        Assert.Equal(await _world.RowsAsync(version, "*"), await _world.RowsAsync(await platform.Client.Datasets.GetAsync(other.Target, other.TargetDigest), "*"));
        var listed = await platform.Client.Catalog.ListAsync(new CatalogQuery { Kind = "scoring-job", Name = command.Name });
        Assert.Equal(first, CatalogJson.Read<ScoringJobInfo>(Assert.Single(listed.Entries).Json));
        await Assert.ThrowsAsync<AlreadyExistsException>(() => _world.Serving.StartScoringAsync(command with { OperationId = "o" }));
    }

    [Fact]
    public async Task ScoreDataset_Endpoint_TakesTheVersionOfMostTraffic()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1, 2) with
        {
            Variants = [new() { Name = "a", Version = 1, Weight = 1 }, new() { Name = "b", Version = 2, Weight = 3 }],
        });
        var source = await _world.IngestAsync(ReplayPlatform.NewName(), ScoringWorld.Csv(3));

        var job = await _world.Serving.ScoreDatasetAsync(ScoringWorld.Command(source.Name, name) with { Model = null, Version = null, Endpoint = name });

        Assert.Equal((name, 2), (job.Model, job.Version));
    }

    [Fact]
    public async Task ScoreDataset_WideInput_GivesTheBitsOfInference()
    {
        var name = ReplayPlatform.NewName();
        await _world.RegisterMlpAsync(name);
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1));
        var source = await _world.IngestAsync(ReplayPlatform.NewName(), "y,x\n1,0.25\n-2,0.5\n3,\n");
        string[] inputs = [.. Enumerable.Range(0, 16).Select(i => i % 3 == 0 ? "y" : "x")];

        var job = await _world.Serving.ScoreDatasetAsync(ScoringWorld.Command(source.Name, name, 2) with { Inputs = inputs });

        float[] values = [.. new[] { (1f, 0.25f), (-2f, 0.5f), (3f, float.NaN) }.SelectMany(row => inputs.Select(input => input == "y" ? row.Item1 : row.Item2))];
        var reply = await platform.Client.Serving.InferAsync(new InferRequest { Endpoint = name, Inputs = [TensorSamples.Floats("input", [3, 16], values)] });
        var rows = await _world.RowsAsync(await platform.Client.Datasets.GetAsync(job.Target, job.TargetDigest), "output");
        Assert.Equal(TensorSamples.Floats(reply.Outputs[0]).Select(value => (double)value), rows.Select(row => (double)row[0]!));
    }

    [Fact]
    public async Task ScoreDataset_ValueThatNoEndpointTakes_FailsNamingColumnAndRow()
    {
        var model = await _world.RegisterAsync();
        var source = await _world.IngestAsync(ReplayPlatform.NewName(), "id,x,c\n0,1,a\n1,1e300,b\n2,2,a\n");
        var command = ScoringWorld.Command(source.Name, model, 1);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => _world.Serving.ScoreDatasetAsync(command));

        Assert.Contains("Column 'x' of row 1 (row_ordinal, from 0) is 1E+300", error.Message, StringComparison.Ordinal);
        var job = await _world.UntilAsync(command.Name, info => info.EndedAt is not null);
        Assert.Equal((ScoringJobStatus.Failed, ErrorCode.InvalidInput, null), (job.Status, job.ErrorCode, job.TargetDigest));
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Client.Datasets.GetAsync(command.Target));
    }

    [Fact]
    public async Task StartScoring_WhatDoesNotFit_IsRefusedByNameAndNothingIsThere()
    {
        var model = await _world.RegisterAsync();
        var mlp = ReplayPlatform.NewName();
        await _world.RegisterMlpAsync(mlp);
        var source = await _world.IngestAsync(ReplayPlatform.NewName(), "id,x,c,probability\n1,2,a,0\n");
        var wrong = await _world.IngestAsync(ReplayPlatform.NewName(), "x,c\na,1\n");
        var good = ScoringWorld.Command(source.Name, model) with { Columns = ["id"] };

        await RefusedAsync(good with { Columns = [] }, "outputs", "'probability' has the name of another column");
        await RefusedAsync(good with { Columns = ["nothing"] }, "columns", "'nothing'");
        await RefusedAsync(good with { Columns = ["id", "id"] }, "columns", "twice");
        await RefusedAsync(good with { Outputs = new() { ["score"] = "s" } }, "outputs", "'score'");
        await RefusedAsync(good with { Outputs = new() { ["probability"] = "Row_Ordinal" } }, "outputs", "row_ordinal");
        await RefusedAsync(good with { Inputs = ["x"] }, "inputs", "leave inputs empty");
        await RefusedAsync(good with { Dataset = wrong.Name, Columns = [] }, "x", "as Double or Int64; in the dataset it is Text");
        await RefusedAsync(good with { Model = mlp }, "inputs", "'input' Float32 [-1, 16]");
        await RefusedAsync(good with { Model = mlp, Inputs = ["x"] }, "inputs", "needs 16");
        await RefusedAsync(good with { Model = mlp, Inputs = [.. Enumerable.Repeat("c", 16)] }, "c", "in the dataset it is Text");
        await RefusedAsync(good with { Model = mlp, Inputs = [.. Enumerable.Repeat("z", 16)] }, "z", "does not have");
        await RefusedAsync(good with { Target = source.Name }, "target", "scores of scores");
        await RefusedAsync(good with { Version = null }, "model", "either model and version or an endpoint");
        await RefusedAsync(good with { Endpoint = "e" }, "model", "either model and version or an endpoint");
        await RefusedAsync(good with { PartitionRows = 0 }, "partition_rows", "1 to 1000000");
        await RefusedAsync(good with { OperationId = " " }, "operation_id", "empty");
        await Assert.ThrowsAsync<NotFoundException>(() => _world.Serving.StartScoringAsync(good with { Dataset = "nothing" }));
        await Assert.ThrowsAsync<NotFoundException>(() => _world.Serving.StartScoringAsync(good with { DatasetDigest = new('a', 64) }));
        await Assert.ThrowsAsync<NotFoundException>(() => _world.Serving.StartScoringAsync(good with { Version = 9 }));
        await Assert.ThrowsAsync<NotFoundException>(() => _world.Serving.CancelScoringAsync(good.Name));
        await Assert.ThrowsAsync<NotFoundException>(() => _world.Serving.GetScoringAsync(good.Name));

        Assert.Equal(ScoringJobStatus.Completed, (await _world.Serving.ScoreDatasetAsync(good)).Status);

        async Task RefusedAsync(ScoreDataset command, string field, string words)
        {
            var error = await Assert.ThrowsAsync<InvalidInputException>(() => _world.Serving.StartScoringAsync(command));
            Assert.Equal(field, error.Field);
            Assert.Contains(words, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task CancelScoring_InTheMiddle_EndsItWithoutAVersionOrParts()
    {
        var model = await _world.RegisterAsync();
        var source = await _world.IngestAsync(ReplayPlatform.NewName(), ScoringWorld.Csv(900));
        var command = ScoringWorld.Command(source.Name, model, 1);
        await _world.Serving.StartScoringAsync(command);
        await _world.UntilAsync(command.Name, info => info.PartitionsDone > 3);

        await _world.Serving.CancelScoringAsync(command.Name);
        await _world.Serving.CancelScoringAsync(command.Name);

        var job = await _world.UntilAsync(command.Name, info => info.EndedAt is not null);
        Assert.Equal((ScoringJobStatus.Cancelled, null), (job.Status, job.TargetDigest));
        Assert.InRange(job.PartitionsDone, 4, 899);
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Client.Datasets.GetAsync(command.Target));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => _world.Serving.ScoreDatasetAsync(command));
        Assert.Empty(_world.Leftovers());
    }

    private async Task<IEnumerable<double>> PredictAsync(string endpoint, object?[][] rows)
    {
        var reply = await platform.Client.Serving.PredictAsync(new PredictRequest
        {
            Endpoint = endpoint,
            Columns =
            [
                new FeatureColumn { Name = "x", Numbers = [.. rows.Select(row => row[1] as double? ?? double.NaN)] },
                new FeatureColumn { Name = "c", Texts = [.. rows.Select(row => row[2] as string ?? "")] },
            ],
        });
        return reply.Probabilities;
    }
}
