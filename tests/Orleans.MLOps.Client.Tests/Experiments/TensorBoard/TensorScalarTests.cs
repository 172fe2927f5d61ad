using Google.Protobuf;
using Orleans.MLOps.Client.Experiments.TensorBoard;
using Orleans.MLOps.Client.Experiments.TensorBoard.Format;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

public sealed class TensorScalarTests
{
    // As number of the format's type, hex of the little-endian content, and the number it spells.
    [Theory]
    [InlineData(1, "0000c03f", 1.5)]
    [InlineData(2, "000000000000f8ff", double.NaN)]
    [InlineData(2, "9a9999999999b93f", 0.1)]
    [InlineData(3, "feffffff", -2)]
    [InlineData(4, "ff", 255)]
    [InlineData(5, "feff", -2)]
    [InlineData(6, "fe", -2)]
    [InlineData(9, "feffffffffffffff", -2)]
    [InlineData(10, "01", 1)]
    [InlineData(14, "c03f", 1.5)]
    [InlineData(17, "feff", 65534)]
    [InlineData(19, "003e", 1.5)]
    [InlineData(22, "feffffff", 4294967294)]
    [InlineData(23, "0000000000000080", 9223372036854775808)]
    public void Read_ContentOfEachType_GivesItsNumber(int type, string content, double expected)
    {
        var tensor = new Tensor { Dtype = (ElementType)type, TensorContent = ByteString.CopyFrom(Convert.FromHexString(content)) };
        Assert.Equal(expected, TensorScalar.Read(tensor));
        tensor.TensorContent = ByteString.CopyFrom([.. tensor.TensorContent, 0]);
        Assert.Null(TensorScalar.Read(tensor));
    }

    [Fact]
    public void Read_ListOfEachType_GivesItsNumber()
    {
        Assert.Equal(1.5, TensorScalar.Read(new() { Dtype = ElementType.Float, FloatVal = { 1.5f } }));
        Assert.Equal(double.NegativeInfinity, TensorScalar.Read(new() { Dtype = ElementType.Double, DoubleVal = { double.NegativeInfinity } }));
        Assert.Equal(-3, TensorScalar.Read(new() { Dtype = ElementType.Int16, IntVal = { -3 } }));
        Assert.Equal(-4, TensorScalar.Read(new() { Dtype = ElementType.Int64, Int64Val = { -4 } }));
        Assert.Equal(5, TensorScalar.Read(new() { Dtype = ElementType.Uint32, Uint32Val = { 5 } }));
        Assert.Equal(6, TensorScalar.Read(new() { Dtype = ElementType.Uint64, Uint64Val = { 6 } }));
        Assert.Equal(1, TensorScalar.Read(new() { Dtype = ElementType.Bool, BoolVal = { true } }));
        Assert.Equal(1.5, TensorScalar.Read(new() { Dtype = ElementType.Half, HalfVal = { 0x3e00 } }));
        Assert.Equal(1.5, TensorScalar.Read(new() { Dtype = ElementType.Bfloat16, HalfVal = { 0x3fc0 } }));
    }

    [Fact]
    public void Read_NoNumbers_IsZeroAsTrailingZerosMayBeLeftOut() => Assert.Equal(0, TensorScalar.Read(new() { Dtype = ElementType.Float }));

    [Fact]
    public void Read_NotOneNumber_IsNull()
    {
        Assert.Null(TensorScalar.Read(new() { Dtype = ElementType.Float, FloatVal = { 1, 2 } }));
        Assert.Null(TensorScalar.Read(new() { Dtype = (ElementType)7, FloatVal = { 1 } }));
        Assert.Null(TensorScalar.Read(new() { FloatVal = { 1 } }));
        Assert.Null(TensorScalar.Read(new() { Dtype = ElementType.Float, FloatVal = { 1 }, TensorShape = new() { UnknownRank = true } }));
        Assert.Null(TensorScalar.Read(new() { Dtype = ElementType.Float, FloatVal = { 1 }, TensorShape = new() { Dim = { new Shape.Types.Dimension { Size = 2 } } } }));
    }

    [Fact]
    public void Read_ShapeOfOnes_IsAScalar() => Assert.Equal(1, TensorScalar.Read(
        new() { Dtype = ElementType.Float, FloatVal = { 1 }, TensorShape = new() { Dim = { new Shape.Types.Dimension { Size = 1 } } } }));
}
