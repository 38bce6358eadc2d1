// A Storage SCP by dcmjs-dimse: node dcmjs_server.cjs MODULES PORT FOLDER. It takes everything, answers Success, and
// writes each data set as a file, as the library encodes it.
const path = require("path");
const [modules, port, folder] = process.argv.slice(2);
const dimse = require(path.join(modules, "dcmjs-dimse"));
const { PresentationContextResult, Status } = dimse.constants;
const { CEchoResponse, CStoreResponse } = dimse.responses;
let number = 0;

class Archive extends dimse.Scp {
  associationRequested(association) {
    for (const { id } of association.getPresentationContexts()) {
      const context = association.getPresentationContext(id);
      context.setResult(PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
    }
    this.sendAssociationAccept();
  }
  cEchoRequest(request, callback) {
    const response = CEchoResponse.fromRequest(request);
    response.setStatus(Status.Success);
    callback(response);
  }
  cStoreRequest(request, callback) {
    number += 1;
    request.getDataset().toFile(path.join(folder, `${number}.dcm`));
    const response = CStoreResponse.fromRequest(request);
    response.setStatus(Status.Success);
    callback(response);
  }
  associationReleaseRequested() {
    this.sendAssociationReleaseResponse();
  }
}

new dimse.Server(Archive).listen(Number(port));
