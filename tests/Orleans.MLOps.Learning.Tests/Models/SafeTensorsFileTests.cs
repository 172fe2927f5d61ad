using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Tests.Models;

public sealed class SafeTensorsFileTests
{
    private static readonly ModelWeights Sample = new(
        [("first", [2, 3]), ("empty", [0, 5]), ("scalar", []), ("größe", [2])], [1f, 2f, 3f, 4f, 5f, float.NaN, 7f, -0f, 9f]);

    [Fact]
    public void Write_OneTensor_GivesExactlyTheFormatsBytes()
    {
        var file = SafeTensorsFile.Write(new ModelWeights([("a", [2])], [1f, -2f]), new Dictionary<string, string> { ["z"] = "1", ["b"] = "2" });
        const string Header = """{"__metadata__":{"b":"2","z":"1"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";
        var padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        Assert.Equal(padded.Length, BinaryPrimitives.ReadInt64LittleEndian(file));
        Assert.Equal(padded, Encoding.UTF8.GetString(file, 8, padded.Length));
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], file[(8 + padded.Length)..]);
    }

    [Fact]
    public void Read_WrittenFile_GivesTheSameBitsNamesAndShapes()
    {
        var (weights, metadata) = SafeTensorsFile.Read(SafeTensorsFile.Write(Sample, new Dictionary<string, string> { ["step"] = "12\n\"" }));
        Assert.True(weights.HasLayoutOf(Sample));
        Assert.Equal(Bits(Sample), Bits(weights));
        Assert.Equal("12\n\"", metadata["step"]);
    }

    [Fact]
    public void Write_ReadAgain_IsCanonical() => Gen.Float.Array[0, 20].Sample(values =>
    {
        var file = SafeTensorsFile.Write(new ModelWeights([("w", [values.Length])], values));
        return SafeTensorsFile.Write(SafeTensorsFile.Read(file).Weights).AsSpan().SequenceEqual(file);
    });

    [Fact]
    public void Read_AnyHeaderByteChanged_IsRefusedOrStillConsistent()
    {
        var file = SafeTensorsFile.Write(Sample, new Dictionary<string, string> { ["step"] = "12" });
        var header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Gen.Select(Gen.Int[0, header - 1], Gen.Byte[1, 255]).Sample((at, flip) =>
        {
            var corrupt = file.ToArray();
            corrupt[at] ^= flip;
            try
            {
                var read = SafeTensorsFile.Read(corrupt).Weights;
                return Bits(read).SequenceEqual(Bits(Sample)) && read.Tensors.Sum(tensor => tensor.Length) == Sample.Flat.Length;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }, iter: 5000);
    }

    [Fact]
    public void Read_AnyTruncationOrAppendix_IsRefused()
    {
        var file = SafeTensorsFile.Write(Sample);
        for (var length = 0; length < file.Length; length++)
            Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(file.AsSpan(0, length)));
        Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read([.. file, 0]));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""", 4, "F16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}""", 8, "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "byte 0 of the data is next")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'b'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000,1000000,1000000],"data_offsets":[0,8]}}""", 8, "'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999],"data_offsets":[0,8]}}""", 8, "malformed")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "'k'")]
    [InlineData("""[]""", 0, "malformed")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "malformed")]
    public void Read_InconsistentHeader_IsRefusedSayingWhy(string header, int data, string reason)
    {
        var file = new byte[8 + header.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        Encoding.UTF8.GetBytes(header, file.AsSpan(8));
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Digest_AbcOfFips180_IsItsSha256() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", SafeTensorsFile.Digest("abc"u8));

    [Fact]
    public void ModelWeights_WrongCountsOrNames_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new ModelWeights([("a", [2])], [1f]));
        Assert.Throws<ArgumentException>(() => new ModelWeights([("a", [1])], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => new ModelWeights([("a", [1]), ("a", [1])], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => new ModelWeights([("a", [-1])], []));
        Assert.Throws<KeyNotFoundException>(() => { _ = Sample["missing"].Length; });
        Assert.Equal([7f], Sample["scalar"].ToArray());
    }

    private static int[] Bits(ModelWeights weights) => [.. weights.Flat.ToArray().Select(BitConverter.SingleToInt32Bits)];
}
