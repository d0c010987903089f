using System.Text;

namespace Portal.Tests.Fixtures;

/// <summary>The fields of a protobuf message by their numbers, without a schema.</summary>
public sealed class ProtobufMessage
{
    private readonly List<(int Field, byte[] Bytes, ulong Number)> _fields = [];

    public static ProtobufMessage Parse(byte[] content)
    {
        var message = new ProtobufMessage();
        for (var position = 0; position < content.Length;)
        {
            var tag = Varint(content, ref position);
            switch (tag & 7)
            {
                case 0:
                    message._fields.Add(((int)(tag >> 3), [], Varint(content, ref position)));
                    break;
                case 1:
                    message._fields.Add(((int)(tag >> 3), [], BitConverter.ToUInt64(content, position)));
                    position += 8;
                    break;
                case 2:
                    var length = (int)Varint(content, ref position);
                    message._fields.Add(((int)(tag >> 3), content[position..(position + length)], 0));
                    position += length;
                    break;
                case 5:
                    message._fields.Add(((int)(tag >> 3), [], BitConverter.ToUInt32(content, position)));
                    position += 4;
                    break;
                default:
                    throw new InvalidDataException($"no wire type {tag & 7}");
            }
        }

        return message;
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => _fields.Where(value => value.Field == field).Select(value => Parse(value.Bytes));

    public byte[] Bytes(int field) => _fields.FirstOrDefault(value => value.Field == field).Bytes ?? [];

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public ulong Number(int field) => _fields.FirstOrDefault(value => value.Field == field).Number;

    private static ulong Varint(byte[] content, ref int position)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = content[position++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }
    }
}
