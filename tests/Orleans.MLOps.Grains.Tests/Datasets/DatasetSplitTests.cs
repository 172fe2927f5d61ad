using System.Buffers.Binary;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Datasets;
using Orleans.MLOps.Grains.Tests.Platform;

namespace Orleans.MLOps.Grains.Tests.Datasets;

public sealed class DatasetSplitTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly SplitSpec ByTime = new() { Kind = SplitKind.Time, TimeColumn = "at" };

    private readonly DatasetWorld _world = new(platform);

    [Theory]
    [InlineData(SplitKind.Random)]
    [InlineData(SplitKind.Time)]
    public async Task CreateSplit_AnyKind_IsCompleteDisjointAndVerified(SplitKind kind)
    {
        var version = await RowsAsync($"split-{kind}", 1000);
        var command = new CreateSplit { Name = "s", Spec = kind == SplitKind.Time ? ByTime : new SplitSpec { Seed = 7 } };

        var split = await SplitAsync(version, command);

        var (train, test) = (await OrdinalsAsync(split.Train), await OrdinalsAsync(split.Test));
        Assert.Equal(1000, train.Union(test).Count());
        Assert.Equal((train.Length, test.Length), ((int)split.TrainRows, (int)split.TestRows));
        Assert.Equal((split.Train.Digest, split.Test.Digest), (split.TrainDigest, split.TestDigest));
        Assert.InRange(train.Length, 640, 760);
        var verification = await _world.Datasets.VerifySplitAsync(version.Name, version.Digest, "s");
        Assert.True(verification.Verified, string.Join(" ", verification.Problems));
        Assert.Equal((0, 0, 0), (verification.OverlappingRows, verification.MissingRows, verification.DuplicateContent));
        Assert.Equivalent(split, await SplitAsync(version, command));
        Assert.Equivalent(split, await Grain(version).GetSplit("s"));
    }

    [Fact]
    public void CreateSplit_RandomTimes_KeepsTimeOrderAcrossTheSides() => Gen.Select(Gen.Int[0, 40].Array[2, 60], Gen.Double[0.05, 0.95]).Where((times, _) => times.Distinct().Count() > 1).Sample(
        (times, fraction) =>
        {
            var csv = "at,x\n" + string.Concat(times.Select((minute, i) => $"2024-01-01T00:{minute:D2}:00Z,{i}\n"));
            var version = _world.IngestCsvAsync("times", csv).GetAwaiter().GetResult();
            var split = _world.Datasets.CreateSplitAsync("times", version.Digest, new CreateSplit { Name = $"{fraction}", Spec = ByTime with { TrainFraction = fraction } }).GetAwaiter().GetResult();
            var (train, test) = (OrdinalsAsync(split.Train).GetAwaiter().GetResult(), OrdinalsAsync(split.Test).GetAwaiter().GetResult());
            return train.Length + test.Length == times.Length
                && train.Max(i => times[i]) < test.Min(i => times[i])
                && split.Boundary == new DateTimeOffset(2024, 1, 1, 0, test.Min(i => times[i]), 0, TimeSpan.Zero);
        },
        iter: 20,
        threads: 1);

    [Fact]
    public async Task CreateSplit_SameNameOtherRule_AlreadyExists()
    {
        var version = await RowsAsync("renamed", 100);
        await SplitAsync(version, new CreateSplit { Name = "s", Spec = new SplitSpec { Seed = 1 } });

        var error = await Assert.ThrowsAsync<AlreadyExistsException>(() => SplitAsync(version, new CreateSplit { Name = "s", Spec = new SplitSpec { Seed = 2 } }));

        Assert.Contains("Seed = 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("at,x\n2024-01-01,1\n2024-01-01,2\n", 0.5, "all 2 rows have the same time")]
    [InlineData("at,x\n2024-01-01,1\n,2\n2024-01-03,3\n", 0.5, "1 of 3 rows have no finite time")]
    public async Task CreateSplit_TimesThatCannotBeParted_AreRefused(string csv, double fraction, string expected)
    {
        var version = await _world.IngestCsvAsync("unpartable", csv);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => SplitAsync(version, new CreateSplit { Name = "s", Spec = ByTime with { TrainFraction = fraction } }));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateSplit_SideWithoutRows_IsRefused()
    {
        var version = await _world.IngestCsvAsync("tiny", "x\n1\n");

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => SplitAsync(version, new CreateSplit { Name = "s", Spec = new SplitSpec() }));

        Assert.Contains("of 1 rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifySplit_DuplicateRowsAcrossSides_AreCounted()
    {
        var version = await _world.IngestCsvAsync("twins", "x,y\n" + string.Concat(Enumerable.Repeat("1,a\n2,\n", 50)));
        var split = await SplitAsync(version, new CreateSplit { Name = "s", Spec = new SplitSpec() });

        var verification = await _world.Datasets.VerifySplitAsync("twins", version.Digest, "s");

        Assert.True(verification.Verified);
        Assert.Equal(split.TestRows, verification.DuplicateContent);
    }

    [Fact]
    public async Task VerifySplit_QuarantinedRows_BelongToNoSide()
    {
        var csv = "x\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i}\n"));
        var version = await _world.IngestCsvAsync("sieved", csv, new IngestOptions { Expectations = [new() { Column = "x", Kind = ExpectationKind.Range, Minimum = 50 }] });
        var split = await SplitAsync(version, new CreateSplit { Name = "s", Spec = new SplitSpec() });

        Assert.Equal(150, split.TrainRows + split.TestRows);
        Assert.All((await OrdinalsAsync(split.Train)).Concat(await OrdinalsAsync(split.Test)), ordinal => Assert.True(ordinal >= 50));
        Assert.True((await _world.Datasets.VerifySplitAsync("sieved", version.Digest, "s")).Verified);
    }

    [Fact]
    public async Task VerifySplit_PlantedOverlapInTheStoredFile_IsCaught()
    {
        var version = await RowsAsync("tampered", 500);
        var split = await SplitAsync(version, new CreateSplit { Name = "s", Spec = ByTime });
        var test = await OrdinalsAsync(split.Test);
        Overwrite(_world.Blobs.GetLocalPath(split.Train.Digest), [.. await OrdinalsAsync(split.Train), .. test[..3]]);

        var verification = await _world.Datasets.VerifySplitAsync("tampered", version.Digest, "s");

        Assert.False(verification.Verified);
        Assert.Equal((3, 0), (verification.OverlappingRows, verification.MissingRows));
        Assert.Contains("3 rows stand on both sides.", verification.Problems);
        Assert.Contains(verification.Problems, problem => problem.StartsWith("The stored training side has SHA-256", StringComparison.Ordinal));
        Assert.Contains(verification.Problems, problem => problem.Contains("reaches into the time", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_SidesForgedWithMatchingDigests_AreCaught()
    {
        var version = await RowsAsync("forged", 300);
        var split = await SplitAsync(version, new CreateSplit { Name = "s", Spec = new SplitSpec() });
        var (train, test) = (await OrdinalsAsync(split.Train), await OrdinalsAsync(split.Test));
        var forgedTrain = await StoreAsync([.. train.Append(test[0]).Order()]);
        var forgedTest = await StoreAsync([.. test[..^2], 100_000]);
        var forged = split with { Train = forgedTrain, TrainDigest = forgedTrain.Digest, TrainRows = split.TrainRows + 1, Test = forgedTest, TestDigest = forgedTest.Digest, TestRows = split.TestRows - 1 };

        var verification = await platform.Services.GetRequiredService<DatasetSplits>().VerifyAsync(version, forged, CancellationToken.None);

        Assert.False(verification.Verified);
        Assert.Equal((1, 2), (verification.OverlappingRows, verification.MissingRows));
        Assert.Contains("The test side names 1 rows that the file does not have.", verification.Problems);
        Assert.Contains(verification.Problems, problem => problem.StartsWith("Derived again, the training side has SHA-256", StringComparison.Ordinal));
    }

    [Fact]
    public async Task VerifySplit_StoredSideGone_IsAProblem()
    {
        var version = await RowsAsync("gone", 50);
        var split = await SplitAsync(version, new CreateSplit { Name = "s", Spec = new SplitSpec { Seed = 99 } });
        File.Delete(_world.Blobs.GetLocalPath(split.Test.Digest));

        var verification = await _world.Datasets.VerifySplitAsync("gone", version.Digest, "s");

        Assert.False(verification.Verified);
        Assert.Equal(split.TestRows, verification.MissingRows);
    }

    [Fact]
    public async Task VerifySplit_DataDamaged_IsDataLoss()
    {
        var version = await RowsAsync("damaged", 60);
        await SplitAsync(version, new CreateSplit { Name = "s", Spec = new SplitSpec() });
        var path = _world.Blobs.GetLocalPath(version.Data.Digest);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        Replace(path, bytes);

        var error = await Assert.ThrowsAsync<DataLossException>(() => _world.Datasets.VerifySplitAsync("damaged", version.Digest, "s"));

        Assert.Contains(version.Data.Digest, error.Message, StringComparison.Ordinal);
    }

    private Task<DatasetVersionInfo> RowsAsync(string name, int rows) => _world.IngestCsvAsync(
        name, "at,x,name\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{DateTimeOffset.UnixEpoch.AddMinutes(i * 37 % rows):yyyy-MM-ddTHH:mm:ssZ},{i},{name}\n")));

    private Task<SplitInfo> SplitAsync(DatasetVersionInfo version, CreateSplit command) => _world.Datasets.CreateSplitAsync(version.Name, version.Digest, command);

    private IDatasetVersionGrain Grain(DatasetVersionInfo version) =>
        platform.Grains.GetGrain<IDatasetVersionGrain>(new DatasetVersionKey(version.Project, version.Name, version.Digest).ToString());

    private async Task<long[]> OrdinalsAsync(BlobRef blob)
    {
        var bytes = await File.ReadAllBytesAsync(_world.Blobs.GetLocalPath(blob.Digest));
        return [.. Enumerable.Range(0, bytes.Length / 8).Select(i => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * 8)))];
    }

    private async Task<BlobRef> StoreAsync(long[] ordinals) => await _world.Blobs.CommitAsync(await _world.Blobs.StageAsync(new MemoryStream(Bytes(ordinals))));

    private static void Overwrite(string path, long[] ordinals) => Replace(path, Bytes(ordinals));

    private static void Replace(string path, byte[] bytes)
    {
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }

    private static byte[] Bytes(long[] ordinals)
    {
        var bytes = new byte[ordinals.Length * 8];
        for (var i = 0; i < ordinals.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * 8), ordinals[i]);
        }

        return bytes;
    }
}
